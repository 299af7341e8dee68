/** AWS Signature Version 4 of a request. The library is loaded with this file, so only for AWS. */
import { createHash, createHmac, type Hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from '../sign-in/printed-token.ts';

export interface SigningScope {
  readonly region: string;
  /** `bedrock` for Bedrock's runtime. */
  readonly service: string;
}

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers of the request, with those that sign it. `signsBody`: whether a header has the hash of the body, as AWS's newer services want it. */
export async function signedHeaders(
  { method, url, headers, body }: SignedRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  scope: SigningScope,
  at: Date,
  signsBody = true,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    ...scope,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
    sha256: NodeSha256,
    applyChecksum: signsBody,
  });
  const query = Object.fromEntries([...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]));
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { ...headers, host: url.host },
    body,
  };
  const signed = await signer.sign(request, { signingDate: at });
  return signed.headers;
}

type Hasher = Hash | ReturnType<typeof createHmac>;

/** What the library needs of a hash. */
class NodeSha256 {
  private hash: Hasher;

  constructor(private readonly secret?: Parameters<Hash['update']>[0] | ArrayBuffer | ArrayBufferView) {
    this.hash = this.begin();
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }

  reset(): void {
    this.hash = this.begin();
  }

  private begin(): Hasher {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(this.secret));
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
