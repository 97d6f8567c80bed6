import {
  decodeEnvironment,
  type Environment,
  environmentSetting,
  isEnvironmentSetting,
  type Params,
  WireError,
} from '#contract';
import type { DatabaseService } from './database-service.ts';
import type { PreviewedRun, PreviewTokens } from './preview-tokens.ts';
import type { SettingsService } from './settings-service.ts';
import { mayHoldWrite, textWrites } from './text-writes.ts';

/*
 * Stands before every run of every page, whatever the transport: on a database that is marked as production, a text
 * that writes runs only when what it touches was looked at, which its token shows. The mark and the preview are the
 * person's protection against a slip; what a page may do at all is decided elsewhere.
 */

export interface WriteGateOptions {
  readonly databases: DatabaseService;
  readonly settings: SettingsService;
  readonly tokens: PreviewTokens;
}

export class WriteGate {
  readonly #options: WriteGateOptions;

  constructor(options: WriteGateOptions) {
    this.#options = options;
    // What was confirmed while it was no production was confirmed with less care.
    options.settings.onDidChange((key) => {
      if (isEnvironmentSetting(key)) options.tokens.clear();
    });
  }

  /** Tells what a database is used for, and whenever that changes, until the returned function is called. */
  watchEnvironment(
    database: PreviewedRun['database'],
    onEnvironment: (environment: Environment) => void,
    onError: (error: unknown) => void,
  ): () => void {
    const { databases, settings } = this.#options;
    const setting = environmentSetting(databases.infoOf(database).path);
    const tell = () => {
      settings
        .value(setting)
        .then((value) => onEnvironment(decodeEnvironment(value)))
        .catch(onError);
    };
    tell();
    return settings.onDidChange((key) => {
      if (key === setting) tell();
    });
  }

  async isProduction(database: PreviewedRun['database']): Promise<boolean> {
    const { databases, settings } = this.#options;
    const { path } = databases.infoOf(database);
    return decodeEnvironment(await settings.value(environmentSetting(path))) === 'production';
  }

  issueToken(run: PreviewedRun): string {
    return this.#options.tokens.issue(run);
  }

  /**
   * True when a run needs a token if it writes. Texts that plainly read are not held up, not even by settings that
   * cannot be read.
   */
  async isGuarded({ database, text }: PreviewedRun): Promise<boolean> {
    return mayHoldWrite(text) && (await this.isProduction(database));
  }

  /**
   * Lets an act that is no text of AQL pass; its text is made of all that it says. It needs a token on production.
   * @throws WireError `PreviewRequired`
   */
  async admitAct(act: PreviewedRun, previewToken: string | undefined): Promise<void> {
    if (!(await this.isProduction(act.database))) return;
    if (previewToken !== undefined && this.#options.tokens.redeem(previewToken, act)) return;
    throw previewRequired(this.#options.databases.infoOf(act.database).name, act.database);
  }

  /**
   * Lets a run pass that begins at once. A text that is wrong passes too: the engine refuses it, with all its findings.
   * @throws WireError `PreviewRequired`
   */
  admit(params: Params<'query.open'>, { isGuarded }: { readonly isGuarded: boolean }): void {
    const { databases, tokens } = this.#options;
    if (!isGuarded) return;
    const { previewToken, text } = params;
    const database = databases.get(params.database);
    const { diagnostics } = database.check(text);
    if (diagnostics.some(({ severity }) => severity === 'error')) return;
    if (previewToken !== undefined && tokens.redeem(previewToken, params)) return;
    if (textWrites(text).length === 0) return;
    throw previewRequired(database.name, params.database);
  }
}

function previewRequired(name: string, database: PreviewedRun['database']): WireError {
  return new WireError({
    code: 'PreviewRequired',
    message: `"${name}" is marked as production, and this writes to it. Nothing has run.`,
    hint: 'Run it again: what it touches is shown first, and once you confirm it within ten minutes, it runs.',
    details: { database },
  });
}
