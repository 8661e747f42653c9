/** Each setting of the terminal: what it may be, what it means, how it is read and shown. */
import { MODES, type Mode, type TerminalSettings } from '../../settings.ts';
import { switchFrom, wrongArgument } from '../arguments.ts';
import { filePath } from '../file-names.ts';

export interface SettingSpec {
  readonly name: keyof TerminalSettings;
  /** Valid values in words: `on | off | auto`. */
  readonly values: string;
  /** Values that Tab gives; none where they cannot be listed. */
  readonly choices: readonly string[];
  readonly meaning: string;
  /** The value as it would be typed. */
  show(settings: TerminalSettings): string;
  /** @throws {RedQueryError} RQ_OPTION, naming what is valid. */
  change(settings: TerminalSettings, text: string): void;
}

const OTHER_MODE_NAMES: Readonly<Record<string, Mode>> = {
  aligned: 'box',
  duckbox: 'box',
  column: 'table',
  tabs: 'tsv',
  jsonl: 'ndjson',
  jsonlines: 'ndjson',
  list: 'csv',
  unaligned: 'csv',
};

type Reader<Value> = (text: string) => Value | undefined;

interface SpecOptions<Name extends keyof TerminalSettings> {
  readonly values: string;
  readonly choices?: readonly string[];
  readonly meaning: string;
  /** Undefined for what is not valid. */
  readonly read: Reader<TerminalSettings[Name]>;
  readonly print?: (value: TerminalSettings[Name]) => string;
}

function spec<Name extends keyof TerminalSettings>(name: Name, options: SpecOptions<Name>): SettingSpec {
  const { values, choices = [], meaning, read, print = printed } = options;
  return {
    name,
    values,
    choices,
    meaning,
    show: (settings) => print(settings[name]),
    change: (settings, text) => {
      const value = read(text);
      if (value === undefined) throw wrongArgument(`${name} cannot be ${JSON.stringify(text)}; valid: ${values}`);
      settings[name] = value;
    },
  };
}

function printed(value: string | number | boolean | null): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

function onOff(name: 'timer' | 'redis' | 'explain' | 'progress', meaning: string): SettingSpec {
  return spec(name, {
    values: 'on | off',
    choices: ['on', 'off'],
    meaning,
    read: (text) => switchFrom(text) ?? undefined,
  });
}

function onOffAuto(name: 'expanded' | 'pager', meaning: string): SettingSpec {
  const read: Reader<'on' | 'off' | 'auto'> = (text) => {
    if (/^auto$/i.test(text)) return 'auto';
    const isOn = switchFrom(text);
    if (isOn === null) return undefined;
    return isOn ? 'on' : 'off';
  };
  return spec(name, { values: 'on | off | auto', choices: ['on', 'off', 'auto'], meaning, read });
}

function target(name: 'output' | 'once', meaning: string): SettingSpec {
  return spec(name, {
    values: 'a FILE, |COMMAND, or off for the terminal',
    meaning,
    read: (text) => (text === '' || /^(?:off|stdout|-)$/i.test(text) ? null : filePath(text)),
    print: (value) => value ?? 'off',
  });
}

function wholeNumber(text: string): number | undefined {
  const digits = text.replaceAll(/[,_](?=\d{3})/g, '');
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** In the order of `.set`. */
export const SETTING_SPECS: readonly SettingSpec[] = [
  spec('mode', {
    values: MODES.join(' | '),
    choices: MODES,
    meaning: 'how rows are drawn',
    read: (text) => MODES.find((mode) => mode === text.toLowerCase()) ?? OTHER_MODE_NAMES[text.toLowerCase()],
  }),
  spec('null', {
    values: 'any text',
    meaning: 'what NULL looks like',
    read: (text) => text,
    print: (text) => (text === '' ? "''" : text),
  }),
  spec('maxrows', {
    values: 'auto (what fits the window), or a whole number; 0: all',
    choices: ['auto'],
    meaning: 'most rows of a box on a terminal',
    read: (text) => (/^auto$/i.test(text) ? 'auto' : wholeNumber(text)),
  }),
  onOffAuto('expanded', 'one line a column; auto: where a row is too wide'),
  onOff('timer', 'the time of each statement'),
  onOff('redis', 'after each statement, what Redis had to do'),
  onOff('explain', 'after each statement, its plan'),
  onOffAuto('pager', 'a pager for what is longer than the window'),
  onOff('progress', 'a line of progress while a statement runs'),
  spec('ask_keys', {
    values: 'a whole number, or off',
    choices: ['off'],
    meaning: 'asks before a statement that scans more keys',
    read: (text) => (switchFrom(text) === false && text !== '0' ? null : wholeNumber(text)),
    print: (keys) => (keys === null ? 'off' : String(keys)),
  }),
  spec('prompt', {
    values: 'any text; {place}, {host}, {db}, {n} are replaced',
    meaning: 'what stands before the statement',
    read: (text) => (text === '' || /[\u0000-\u001f\u007f-\u009f]/.test(text) ? undefined : text),
    print: (text) => `'${text.replaceAll("'", "''")}'`,
  }),
  target('output', 'where rows go'),
  target('once', 'where the next rows go'),
];

/** Finds a setting by its name, whatever its case, also with `-` for `_`. */
export function settingNamed(name: string): SettingSpec | undefined {
  const wanted = name.toLowerCase().replaceAll('-', '_');
  return SETTING_SPECS.find((one) => one.name === wanted);
}
