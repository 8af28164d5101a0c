/** Where the storefront runs: inside Telegram or in a plain browser. */
export type Scheme = "light" | "dark";
export type Feeling = "tap" | "select" | "success" | "error";

/** The one thing to do next on a screen. `run` is never started twice at once. */
export interface MainAction {
  text: string;
  amount?: string;
  enabled: boolean;
  run: () => void | Promise<void>;
}

export interface Paint {
  fill: string;
  on_fill: string;
}

export interface Host {
  readonly name: "telegram" | "browser";
  /** Signed launch data; empty in a plain browser. */
  readonly initData: string;
  readonly startParam: string;
  /** Tells people on one device apart; empty in a plain browser. */
  readonly person: string;
  /** What the person speaks, if the host knows: "uk", "pt-br". */
  readonly language: string;
  readonly calm: boolean;

  showAction(action: MainAction | null, busy: boolean): void;
  showBack(back: (() => void) | null): void;
  guardClosing(on: boolean): void;
  feel(feeling: Feeling): void;
  openPayment(address: string): void;
  /** Lets the person choose whom to send a link in Telegram. */
  share(link: string, words: string): void;
  download(address: string, name: string): void;
  ask(question: string, yes: string): Promise<boolean>;
  onScheme(listener: (scheme: Scheme) => void): void;
  ready(): void;
}

export function shareAddress(link: string, words: string): string {
  return `https://t.me/share/url?${new URLSearchParams({ url: link, text: words })}`;
}
