/** What a browser keeps for us; private windows and full disks keep nothing, and that is fine. */
export function recall<T>(store: () => Storage, key: string): T | null {
  try {
    const text = store().getItem(key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function keep(store: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // nothing to do: the page works without it
  }
}

export const forGood = (): Storage => localStorage;
export const forThisVisit = (): Storage => sessionStorage;
