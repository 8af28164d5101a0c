/** The only module that knows Telegram's client. */
import sdk from "@twa-dev/sdk";
import { type Feeling, type Host, type MainAction, type Paint, type Scheme, shareAddress } from "./host";

type WebApp = typeof sdk;

// The package is CommonJS, and bundlers disagree on what the default of such a module is.
const client = (sdk as { default?: WebApp }).default ?? sdk;

const LONGEST_QUESTION = 256;

/** Null without signed launch data: a plain browser, or a launch that cannot sign in. */
export function telegramHost(paints: Record<Scheme, Paint>): Host | null {
  return client.initData ? new TelegramHost(client, paints) : null;
}

class TelegramHost implements Host {
  readonly name = "telegram";
  readonly initData: string;
  readonly startParam: string;
  readonly person: string;
  readonly language: string;
  readonly calm: boolean;
  private run: (() => void) | null = null;
  private back: (() => void) | null = null;

  constructor(
    private readonly app: WebApp,
    private readonly paints: Record<Scheme, Paint>,
  ) {
    this.initData = app.initData;
    this.startParam = app.initDataUnsafe.start_param ?? "";
    this.person = String(app.initDataUnsafe.user?.id ?? "");
    this.language = app.initDataUnsafe.user?.language_code ?? "";
    // Telegram for Android tells how strong the phone is.
    this.calm = /Telegram-Android\/.*\bLOW\b/.test(navigator.userAgent);
    app.MainButton.onClick(() => this.run?.());
    if (this.knows("6.1")) app.BackButton.onClick(() => this.back?.());
  }

  ready(): void {
    this.app.ready();
    this.app.expand();
  }

  showAction(action: MainAction | null, busy: boolean): void {
    const button = this.app.MainButton;
    this.run = action ? () => void action.run() : null;
    if (!action) {
      button.hideProgress();
      button.hide();
      return;
    }
    const usable = action.enabled && !busy;
    const paint = this.paints[this.scheme()];
    button.setParams({
      text: [action.text, action.amount].filter(Boolean).join(" · "),
      color: paint.fill as `#${string}`,
      text_color: paint.on_fill as `#${string}`,
      is_active: usable,
      is_visible: true,
    });
    if (busy) button.showProgress(false);
    else button.hideProgress();
  }

  showBack(back: (() => void) | null): void {
    this.back = back;
    if (!this.knows("6.1")) return;
    if (back) this.app.BackButton.show();
    else this.app.BackButton.hide();
  }

  guardClosing(on: boolean): void {
    if (!this.knows("6.2")) return;
    if (on) this.app.enableClosingConfirmation();
    else this.app.disableClosingConfirmation();
  }

  feel(feeling: Feeling): void {
    if (!this.knows("6.1")) return;
    const haptics = this.app.HapticFeedback;
    if (feeling === "tap") haptics.impactOccurred("light");
    else if (feeling === "select") haptics.selectionChanged();
    else haptics.notificationOccurred(feeling);
  }

  openPayment(address: string): void {
    this.app.openLink(new URL(address, location.href).href);
  }

  download(address: string, name: string): void {
    const url = new URL(address, location.href).href;
    const app = this.app as WebApp & { downloadFile?: (file: { url: string; file_name: string }) => void };
    if (this.knows("8.0") && app.downloadFile && url.startsWith("https:")) {
      app.downloadFile({ url, file_name: name });
    } else {
      this.app.openLink(url);
    }
  }

  share(link: string, words: string): void {
    const address = shareAddress(link, words).replaceAll("+", "%20"); // Telegram shows a plus
    if (this.knows("6.1")) this.app.openTelegramLink(address);
    else this.app.openLink(address);
  }

  ask(question: string, yes: string): Promise<boolean> {
    if (!this.knows("6.2")) return Promise.resolve(window.confirm(question));
    return new Promise((resolve) => {
      this.app.showPopup(
        {
          message: question.slice(0, LONGEST_QUESTION),
          buttons: [
            { id: "yes", type: "destructive", text: yes },
            { id: "no", type: "cancel" },
          ],
        },
        (pressed) => resolve(pressed === "yes"),
      );
    });
  }

  onScheme(listener: (scheme: Scheme) => void): void {
    this.app.onEvent("themeChanged", () => listener(this.scheme()));
    listener(this.scheme());
  }

  private scheme(): Scheme {
    return this.app.colorScheme === "dark" ? "dark" : "light";
  }

  private knows(version: string): boolean {
    return this.app.isVersionAtLeast(version);
  }
}
