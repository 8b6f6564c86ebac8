/** The order in which storage gives active rows, so that a change builds what a reload would build. */
export function asStored<Row extends { readonly priority: number }>(
  idOf: (row: Row) => string,
): (a: Row, b: Row) => number {
  return (a, b) => b.priority - a.priority || byText(idOf(a), idOf(b))
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
