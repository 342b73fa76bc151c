/** `promise`, or the refusal when it takes longer than `ms`. */
export async function within<T>(promise: Promise<T> | T, ms: number, late: () => Error): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([promise, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
