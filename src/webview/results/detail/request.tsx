/** The request as it was sent; read when it is looked at. */
import { useState } from 'preact/hooks';
import type { ShownRequest } from '../../../protocol/detail.ts';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import { Messages } from '../../output/messages.tsx';

export function Request({ load }: { readonly load: () => Promise<ShownRequest> }) {
  const [request, setRequest] = useState<ShownRequest | null>(null);
  return (
    <details
      class="section"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open && request === null)
          void load().then(setRequest, (error: unknown) => setRequest({ problem: String(error) }));
      }}
    >
      <summary>
        <h3>Request</h3>
      </summary>
      {request === null ? (
        <p class="quiet">Rendering…</p>
      ) : 'problem' in request ? (
        <p class="notice">{request.problem}</p>
      ) : (
        <Sent request={request} />
      )}
    </details>
  );
}

function Sent({ request }: { readonly request: Exclude<ShownRequest, { problem: string }> }) {
  return (
    <div class="request">
      <p class="quiet">
        {request.prefixKnown ? (
          <>
            <span class="prefix-sample">Marked</span>: identical in the requests of other cases, so a provider can cache it.
          </>
        ) : (
          'The shared prefix needs at least two cases.'
        )}
      </p>
      <Messages messages={request.messages} />
      {request.tools !== '' && (
        <div class="message">
          <div class="role">tools</div>
          <pre>{visibleControls(request.tools)}</pre>
        </div>
      )}
      {request.parameters !== '' && (
        <div class="message">
          <div class="role">parameters</div>
          <pre>{visibleControls(request.parameters)}</pre>
        </div>
      )}
    </div>
  );
}
