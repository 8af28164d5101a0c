/** A Mini App on a phone: the frame, the bars around it, the talk between them. */

import type { ThemeParams, User } from "../api/types";
import type { Phone } from "../device/phone";
import { leave } from "../dom/leave";
import { make } from "../dom/make";
import { onScheme, scheme } from "../dom/theme";
import { confirm } from "../sheets/dialog";
import { chooseDeed, type Deed } from "../sheets/menu";
import { BottomBar } from "./bottom_bar";
import { Colors } from "./colors";
import type { Data, Post } from "./protocol";
import { TopBar } from "./top_bar";
import { Viewport } from "./viewport";

/** What an app may ask of its client, by the names of the events it posts. */
export type Handlers = Record<string, (app: MiniApp, data: Data) => unknown>;

interface Opened {
  url: string;
  whole: boolean;
  buttonText: string | null;
}

const LEAVING_MS = 280;
const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-modals allow-popups" +
  " allow-popups-to-escape-sandbox allow-downloads";
const ABILITIES = "clipboard-read; clipboard-write; fullscreen";

export class MiniApp {
  readonly root: HTMLElement;
  readonly frame: HTMLIFrameElement;
  readonly bottom: BottomBar;
  readonly top: TopBar;
  readonly viewport: Viewport;
  readonly colors: Colors;
  asksBeforeClosing = false;
  hasSettings = false;
  /** The signed contact that the person shared, for the app to read. */
  sharedContact = "";
  private readonly stops: (() => void)[] = [];
  private readonly curtain: HTMLElement;

  constructor(
    readonly phone: Phone,
    readonly bot: User,
    readonly opened: Opened,
    private readonly handlers: Handlers,
  ) {
    this.frame = make("iframe", {
      title: phone.word("app_of", { name: bot.first_name }),
      sandbox: SANDBOX,
      allow: ABILITIES,
      // Two shoppers on one page would otherwise share one browser's storage.
      credentialless: phone.isolated,
    });
    this.bottom = new BottomBar(this.post, () => this.viewport.tellSafeAreas());
    this.top = new TopBar(phone, bot, {
      back: () => this.post("back_button_pressed"),
      close: () => void this.requestClose(),
      more: () => this.showDeeds(),
    });
    this.curtain = make("div.app-curtain", { "aria-hidden": "true" }, make("span.spinner"));
    const body = make("div.app-body", {}, this.frame, this.curtain);
    const window_ = make("div.app-window", {}, this.top.root, body, this.bottom.root);
    this.root = make("div.app", { role: "dialog", "aria-label": this.frame.title }, window_);
    this.colors = new Colors(this.root, () => this.theme);
    this.viewport = new Viewport(this, opened.whole);
    this.listen();
    phone.glass.append(this.root);
    this.frame.src = opened.url;
    requestAnimationFrame(() => this.root.classList.add("shown"));
  }

  get theme(): ThemeParams {
    return this.phone.boot.themes[scheme()];
  }

  /** Tells the app. Any origin may listen: the app decides where its page goes. */
  readonly post: Post = (eventType, eventData = {}) => {
    this.frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), "*");
  };

  /** The app has something to show. */
  ready(): void {
    this.curtain.classList.add("gone");
  }

  reload(): void {
    this.bottom.clear();
    this.top.showBack(false);
    this.asksBeforeClosing = false;
    this.frame.src = "about:blank";
    setTimeout(() => (this.frame.src = this.opened.url), 30);
  }

  /** Closes when the app does not mind or the person insists; tells whether it did. */
  async requestClose(): Promise<boolean> {
    if (this.asksBeforeClosing) {
      const { phone } = this;
      const text = phone.word("closing_text");
      const yes = phone.word("close_anyway");
      if (!(await confirm(phone, phone.word("closing_title"), text, yes, "destructive"))) return false;
    }
    this.destroy();
    return true;
  }

  destroy(): void {
    for (const stop of this.stops) stop();
    this.viewport.stop();
    if (this.phone.app === this) this.phone.app = null;
    this.root.classList.remove("shown");
    // Whoever closed it by a key goes on with the keys of the phone.
    if (this.root.contains(document.activeElement)) this.phone.glass.focus({ preventScroll: true });
    leave(this.root, LEAVING_MS);
  }

  private showDeeds(): void {
    const { phone } = this;
    const deeds: Deed[] = [];
    if (this.hasSettings) {
      const act = (): void => this.post("settings_button_pressed");
      deeds.push({ text: phone.word("app_settings"), sign: "settings", act });
    }
    const openChat = async (): Promise<void> => {
      if (await this.requestClose()) await phone.open(phone.chatWith(this.bot.id));
    };
    deeds.push({ text: phone.word("app_chat"), sign: "contact", act: openChat });
    deeds.push({ text: phone.word("app_reload"), sign: "reload", act: () => this.reload() });
    const addHome = (): void => this.handle("web_app_add_to_home_screen");
    deeds.push({ text: phone.word("app_home"), sign: "plus", act: addHome });
    if (this.viewport.isFullscreen) {
      const act = (): void => this.viewport.setFullscreen(false);
      deeds.push({ text: phone.word("app_fullscreen"), sign: "close", act });
    }
    chooseDeed(phone, this.bot.first_name, deeds);
  }

  private listen(): void {
    const onMessage = (event: MessageEvent): void => {
      if (event.source === this.frame.contentWindow) this.hear(event.data);
    };
    addEventListener("message", onMessage);
    this.stops.push(() => removeEventListener("message", onMessage));
    this.stops.push(
      onScheme(() => {
        this.post("theme_changed", { theme_params: this.theme });
        this.colors.repaint();
      }),
    );
    this.frame.addEventListener("load", () => this.ready());
  }

  private hear(message: unknown): void {
    let value: { eventType?: unknown; eventData?: unknown };
    try {
      value = JSON.parse(String(message)) as typeof value;
    } catch {
      return; // not the language of Telegram's script: some other script of the page
    }
    const { eventType, eventData } = value ?? {};
    if (typeof eventType !== "string") return;
    const data = typeof eventData === "object" && eventData !== null ? (eventData as Data) : {};
    this.handle(eventType, data);
  }

  private handle(eventType: string, data: Data = {}): void {
    void this.handlers[eventType]?.(this, data);
  }
}

