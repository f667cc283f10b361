// What a benchmark is: rows that are run one by one, each giving lines of one table.

/** One line of the table. Texts are ready to print, with their units. */
export interface Line {
  readonly what: string;
  readonly ours: string;
  /** What was measured beside it in the same run; empty where there is nothing to compare with. */
  readonly peer: string;
  /** Ours divided by the peer's. */
  readonly ratio?: number;
  /** What has to hold, in words; empty where the line only informs. */
  readonly bar: string;
  readonly verdict: Verdict;
}

/** `none`: there is no bar, or what is needed to measure it is not there. */
export type Verdict = 'holds' | 'broken' | 'none';

export interface Row {
  /** The word that chooses it on the command line. */
  readonly name: string;
  /** What is measured and how, in sentences; printed below the table. */
  readonly about: string;
  run(): Promise<readonly Line[]>;
}

/** The verdict of a bar. */
export function judge(holds: boolean): Verdict {
  return holds ? 'holds' : 'broken';
}
