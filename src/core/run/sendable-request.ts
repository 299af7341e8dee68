/** A rendered request with its files, as it can be sent to a model. */
import { HumanError } from '../problems/errors.ts';
import type { JsonObject } from '../json/json.ts';
import { unplacedFile, unsendableMedia } from '../model/media-support.ts';
import type { ModelClient } from '../model/model-client.ts';
import { withMedia, type ReadMedia } from '../prompt/media.ts';
import type { RenderedRequest } from '../prompt/request.ts';

export interface SendableFor {
  readonly promptPath: string;
  readonly client: Pick<ModelClient, 'media'>;
  /** Those that may name a file. */
  readonly vars: JsonObject;
  readonly read: ReadMedia;
}

/** @throws {HumanError} when a file cannot be read, or the model is not sent such a file: nothing was sent. */
export async function sendableRequest(request: RenderedRequest, { promptPath, client, vars, read }: SendableFor): Promise<RenderedRequest> {
  const unplaced = unplacedFile(vars, request.messages);
  if (unplaced !== null) throw new HumanError(unplaced.code, unplaced.problem, unplaced.hint);
  const whole = await withMedia(request, promptPath, read);
  const refused = client.media === undefined ? null : unsendableMedia(whole.messages, client.media);
  if (refused !== null) throw new HumanError(refused.code, refused.problem, refused.hint);
  return whole;
}
