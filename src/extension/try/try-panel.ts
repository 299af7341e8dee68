/** The playground: one page beside the prompt, which a window that is loaded again gets back. */
import path from 'node:path';
import * as vscode from 'vscode';
import { hintOf, messageOf } from '../../core/problems/errors.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { openChannel, type Channel, type Handlers, type Port } from '../../protocol/channel.ts';
import type { PickedFile, TryHost, TryPage, TryProblem, TryPrompt } from '../../protocol/try.ts';
import { tryProblem } from '../../engine/try/try-problem.ts';
import type { TrySession } from '../../engine/try/try-session.ts';
import { PagePanel } from '../pages/page-panel.ts';
import { writeGolden } from '../results/write-golden.ts';
import { mayStart } from '../runs/before-run.ts';
import { isOurs } from '../window/documents.ts';
import { panels } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { SKIPPED_GLOB } from '../window/window-prompts.ts';
import { LaneReplay } from './lane-replay.ts';
import { runTryAction } from './try-actions.ts';
import { followUpOf, copyFormOf, requestOf, givenText, valuesOf, wholeNumberOf } from './try-requests.ts';

/** In the workspace's memory: the prompt to show when the window is loaded again. */
const LAST_PROMPT = 'goldset.triedPrompt';
/** ms after a change of a file until the page follows it. */
const FOLLOW = 250;
/** `scripted:` files that are offered. */
const SCRIPTS = 20;
/** Tries that a page can list at once. */
const MOST_TRIES = 200;

const UNTRUSTED: TryProblem = {
  message: 'Prompts are sent only in a trusted workspace. The messages are shown as they would be sent.',
  hint: null,
  action: 'manage-trust',
};

export class TryPanel extends PagePanel {
  private channel: Channel<TryPage> | null = null;
  private session: TrySession | null = null;
  /** The id of the prompt. */
  private prompt: string | null;
  private readonly replay = new LaneReplay();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly services: Services) {
    super(services.context.extensionUri, {
      type: panels.try,
      script: 'try.js',
      title: 'Try Prompt',
      column: vscode.ViewColumn.Beside,
      preserveFocus: false,
    });
    this.prompt = services.context.workspaceState.get<string>(LAST_PROMPT) ?? null;
    const follow = (document: vscode.TextDocument): void => {
      if (isOurs(document) || (this.prompt !== null && document.uri.fsPath === fileOfPrompt(this.prompt))) this.follow();
    };
    this.subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(({ document }) => follow(document)),
      vscode.workspace.onDidSaveTextDocument(follow),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.follow()),
      services.promptFiles.onDidChange(() => this.follow()),
      services.promptFiles.onDidRelist(() => this.follow()),
    );
  }

  override dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.session?.dispose();
    super.dispose();
  }

  /** Shows the playground of a prompt. `prompt`: its id. */
  show(prompt: string): void {
    const wasOpen = this.panel !== null;
    if (prompt !== this.prompt || this.session === null) {
      this.session?.dispose();
      this.replay.clear();
      this.prompt = prompt;
      this.session = this.open(prompt);
      void this.services.context.workspaceState.update(LAST_PROMPT, prompt);
      if (wasOpen) this.whenReady(() => this.follow());
    }
    this.reveal();
    this.name();
  }

  private name(): void {
    if (this.panel !== null && this.prompt !== null) this.panel.title = `Try ${path.basename(this.prompt)}`;
  }

  protected override connect(port: Port): void {
    if (this.prompt !== null) this.session ??= this.open(this.prompt);
    this.channel = openChannel<TryHost, TryPage>(port, this.handlers());
    this.name();
  }

  protected override disconnect(): void {
    this.channel?.close();
    this.channel = null;
  }

  protected override closed(): void {
    this.session?.dispose();
    this.session = null;
    this.replay.clear();
  }

  /** The page follows the files of its prompt, many changes at once. */
  private follow(): void {
    // A page that is not seen begins again when it is.
    if (this.channel === null || this.session === null || this.panel?.visible !== true) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { session } = this;
      session?.ready().then(
        (prompt) => session === this.session && this.channel?.tell('changed', shownIn(prompt)),
        (error: unknown) => this.services.log.warn(messageOf(error)),
      );
    }, FOLLOW);
  }

  private open(prompt: string): TrySession {
    const { services, replay } = this;
    const engine = services.engine();
    const session: TrySession = engine.tries.session(prompt, {
      page: {
        changed: (args) => this.isShown(session) && this.channel?.tell('changed', shownIn(args)),
        streamed: (args) => {
          if (!this.isShown(session)) return;
          replay.streamed(args);
          this.channel?.tell('streamed', args);
        },
        waiting: (args) => {
          if (!this.isShown(session)) return;
          replay.waiting(args);
          this.channel?.tell('waiting', args);
        },
        answered: (args) => {
          if (!this.isShown(session)) return;
          replay.answered(args, this.panel?.visible === true);
          this.channel?.tell('answered', args);
        },
      },
      write: (edit) => writeGolden(edit, services),
      scripted: async (root) => {
        const files = await vscode.workspace.findFiles(new vscode.RelativePattern(root, '**/*.scripted.{yaml,yml}'), SKIPPED_GLOB, SCRIPTS);
        return files.map((uri) => `scripted:${uri.fsPath}`);
      },
      mayStart: (prepared, { cap, refresh }) => mayStart(engine.runs, prepared, { cap, mustAsk: false, refresh }),
    });
    return session;
  }

  /** What a session of another prompt still receives is in its history, not on the page. */
  private isShown(session: TrySession): boolean {
    return session === this.session;
  }

  private handlers(): Handlers<TryHost> {
    /** @throws {Error} with one sentence that also says what to do next. */
    const on = async <T>(work: (session: TrySession) => Promise<T>): Promise<T> => {
      const { session } = this;
      if (session === null) throw new Error('The prompt of this page is not known. Open a prompt, then use "Goldset: Try Prompt".');
      try {
        return await work(session);
      } catch (error) {
        this.services.log.error(error instanceof Error ? error : String(error));
        throw new Error([messageOf(error), hintOf(error)].filter((part) => part !== undefined).join(' '), { cause: error });
      }
    };
    /** Replies with the problem why nothing was sent. */
    const send = async (
      lanes: readonly string[],
      work: (session: TrySession) => Promise<TryProblem | null>,
    ): Promise<TryProblem | null> => {
      this.replay.begin(lanes);
      return on(async (session) => {
        try {
          return await work(session);
        } catch (error) {
          this.replay.forget(lanes);
          this.services.log.error(error instanceof Error ? error : String(error));
          return tryProblem(error);
        }
      });
    };
    return {
      ready: () =>
        on(async (session) => {
          const prompt = shownIn(await session.ready());
          this.ready();
          // After the reply.
          setTimeout(() => this.replay.tell(pageOf(() => this.channel)), 0);
          return prompt;
        }),
      render: ({ values, model }) =>
        on((session) => session.render({ values: valuesOf(values), model: typeof model === 'string' ? model : null })),
      send: (args) => {
        const request = requestOf(args);
        return send(
          request.lanes.map(({ id }) => id),
          (session) => session.send(request),
        );
      },
      followUp: (args) => {
        const request = followUpOf(args);
        return send([request.lane], (session) => session.followUp(request));
      },
      answerTool: ({ lane, call, result }) =>
        send([givenText(lane)], (session) =>
          session.answerTool({ lane: givenText(lane), call: wholeNumberOf(call), result: givenText(result) }),
        ),
      stop: () => on((session) => session.stop()),
      fill: ({ from, id }) =>
        on((session) => session.fill({ from: from === 'case' || from === 'interaction' ? from : 'last', id: givenText(id) })),
      pickFile: ({ field }) => on((session) => pickFile(givenText(field), session)),
      dropFile: ({ field, name, base64 }) =>
        on((session) => session.dropFile({ field: givenText(field), name: givenText(name), base64: givenText(base64) })),
      models: () => on((session) => session.models()),
      keep: ({ lane, expected }) =>
        on(async (session) => {
          const kept = await session.keep({ lane: givenText(lane), expected: typeof expected === 'string' ? expected : null });
          return kept === null ? null : { ...kept, file: vscode.workspace.asRelativePath(kept.file) };
        }),
      copyAs: ({ lane, form }) =>
        on(async (session) => {
          await vscode.env.clipboard.writeText(await session.programOf({ lane: givenText(lane), form: copyFormOf(form) }));
          void vscode.window.setStatusBarMessage(`Goldset: copied the request as ${PROGRAMS[copyFormOf(form)]}.`, 5000);
          return null;
        }),
      history: ({ search, from, count }) =>
        on((session) =>
          session.history({ search: givenText(search), from: wholeNumberOf(from), count: Math.min(wholeNumberOf(count), MOST_TRIES) }),
        ),
      openTry: ({ id }) => on((session) => session.openTry({ id: givenText(id) })),
      act: async ({ action }) => {
        if (this.prompt !== null) await runTryAction(action, this.prompt, this.services);
        return null;
      },
    };
  }
}

const PROGRAMS = { curl: 'a curl command', typescript: 'TypeScript', python: 'Python' } as const;

/** In Restricted Mode nothing is sent. */
const shownIn = (prompt: TryPrompt): TryPrompt =>
  vscode.workspace.isTrusted ? prompt : { ...prompt, problem: prompt.problem ?? UNTRUSTED };

/** The page that is there when it is told. */
const pageOf = (channel: () => Channel<TryPage> | null): Parameters<LaneReplay['tell']>[0] => ({
  changed: (args) => channel()?.tell('changed', args),
  streamed: (args) => channel()?.tell('streamed', args),
  waiting: (args) => channel()?.tell('waiting', args),
  answered: (args) => channel()?.tell('answered', args),
});

/** Null: the picker was closed. */
async function pickFile(field: string, session: TrySession): Promise<PickedFile | null> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: `File for ${field}`,
      openLabel: 'Use File',
      canSelectMany: false,
      filters: {
        'Images, PDF, audio': ['png', 'jpg', 'jpeg', 'gif', 'webp', 'pdf', 'wav', 'mp3', 'aiff', 'aif', 'aac', 'ogg', 'flac', 'm4a'],
        'All files': ['*'],
      },
    })) ?? [];
  return uri === undefined ? null : session.pickedFile(uri.fsPath);
}
