/** What the page remembers between visits, where the browser lets it. */

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`phone.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`phone.${name}`, value);
  } catch {
    // A browser without storage forgets: nothing here depends on it.
  }
}
