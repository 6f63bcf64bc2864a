type Page<T> = { items: T[]; next_cursor: string | null };

/** The items of all pages, one after the other; the next page is asked for when the one before is used up. */
export async function* pages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
