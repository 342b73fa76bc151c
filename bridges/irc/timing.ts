/** How long things may take on IRC, in milliseconds. */

export interface Timing {
  /** Until the socket (and TLS) is there, and from then until the server has taken us in. */
  readonly connect: number;
  readonly register: number;
  /** Until a command is answered: a join, a leave, any other. */
  readonly join: number;
  readonly leave: number;
  readonly answer: number;
  /** Until all channels of a server are listed. */
  readonly list: number;
  /** Between a QUIT and our own end of the connection. */
  readonly quit: number;
  /** Between two polls of contacts, where the server tells nothing by itself. */
  readonly poll: number;
}

export const TIMING: Timing = {
  connect: 30_000,
  register: 60_000,
  join: 30_000,
  leave: 5_000,
  answer: 15_000,
  list: 45_000,
  quit: 2_000,
  poll: 60_000,
};
