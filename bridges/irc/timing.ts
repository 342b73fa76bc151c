/** How long things may take on IRC, in milliseconds. */

export interface Timing {
  /** Until the socket (and TLS) is there, on each port that is tried, and from then until the server has taken us in. */
  readonly connect: number;
  readonly register: number;
  /** Until the server has said something to the question for its capabilities, where that is waited for. */
  readonly cap: number;
  /** Between two words to others that our user is typing. */
  readonly typing: number;
  /** Until a command is answered: a join, a leave, any other. */
  readonly join: number;
  readonly leave: number;
  readonly answer: number;
  /** Until NickServ or its like has answered. */
  readonly login: number;
  /** Until all channels of a server are listed. */
  readonly list: number;
  /** Between a QUIT and our own end of the connection. */
  readonly quit: number;
  /** Pauses before a room that did not let us in again after a reconnect is tried once more. */
  readonly rejoin: readonly number[];
  /** How long people whom a netsplit took away are taken to come back, and a pause after which it is told. */
  readonly split: number;
  readonly tally: number;
  /** Until somebody's program answers a question. */
  readonly ctcp: number;
  /** Between two polls of contacts, where the server tells nothing by itself. */
  readonly poll: number;
}

export const TIMING: Timing = {
  connect: 15_000,
  register: 60_000,
  cap: 5_000,
  typing: 3_000,
  join: 30_000,
  leave: 5_000,
  answer: 15_000,
  login: 5_000,
  list: 45_000,
  quit: 2_000,
  rejoin: [5_000, 30_000, 120_000],
  split: 600_000,
  tally: 1_000,
  ctcp: 10_000,
  poll: 60_000,
};
