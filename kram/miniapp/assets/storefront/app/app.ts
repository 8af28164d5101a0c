/** What every screen is given. */
import type { CartStore } from "../cart/store";
import type { Host } from "../host/host";
import type { Api } from "../net/api";
import type { ActionBar } from "./action";
import type { Navigation } from "./navigation";

export interface App {
  host: Host;
  api: Api;
  cart: CartStore;
  action: ActionBar;
  navigation: Navigation;
  /** Tells the shopper that something failed. */
  report: (error: unknown) => void;
}

/**
 * Brings a screen to life: `main` may be fresh or one that is shown again. All listeners, timers
 * and requests end with `signal`, when the shopper leaves.
 */
export type Screen = (main: HTMLElement, app: App, signal: AbortSignal) => void;
