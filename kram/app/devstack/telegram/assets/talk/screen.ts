/** A conversation: header, history, and what one writes with. */

import { chats as api } from "../api/client";
import type { ChatView } from "../api/types";
import type { Phone } from "../device/phone";
import { fill, make } from "../dom/make";
import { Composer } from "./composer";
import { Header } from "./header";
import { History } from "./history";
import { ReplyKeyboardPanel } from "./reply_keyboard";
import { Talk } from "./talk";

const ACTION_MS = 5000;

export class TalkScreen {
  readonly root: HTMLElement;
  readonly talk: Talk;
  private readonly header: Header;
  private readonly history: History;
  private readonly composer: Composer;
  private readonly keyboard: ReplyKeyboardPanel;
  private readonly foot = make("footer.talk-foot");
  private readonly stops: (() => void)[] = [];
  private startPayload: string | null = null;
  private actionTimer = 0;

  constructor(phone: Phone, chat: ChatView) {
    this.talk = new Talk(phone, chat);
    this.header = new Header(this.talk);
    this.history = new History(this.talk);
    this.keyboard = new ReplyKeyboardPanel(this.talk);
    this.composer = new Composer(this.talk, this.keyboard);
    this.root = make("div.screen.talk", {}, this.header.root, this.history.root, this.foot);
    this.listen();
    this.render();
    void this.load();
  }

  /** Shows the Start button of a `?start=…` link, also in a chat that was started before. */
  offerStart(payload: string): void {
    this.startPayload = payload;
    this.render();
  }

  writeDraft(text: string): void {
    this.composer.write(text);
  }

  close(): void {
    for (const stop of this.stops) stop();
    clearTimeout(this.actionTimer);
  }

  private listen(): void {
    const { talk } = this;
    const { store } = talk.phone;
    this.stops.push(
      store.on("chat", (chat) => chat.key === talk.chat.key && this.update(chat)),
      store.on("person", () => this.render()),
      store.on("reloaded", () => void this.load()),
      store.on("chats", () => void this.markRead()),
      store.on("message", ({ chat, message }) => {
        if (chat !== talk.chat.key) return;
        this.header.say(null);
        this.history.put(message);
      }),
      store.on("deleted", ({ chat, messageId }) => {
        if (chat === talk.chat.key) this.history.drop(messageId);
      }),
      store.on("action", ({ chat }) => chat === talk.chat.key && this.showAction()),
    );
  }

  private async load(): Promise<void> {
    this.history.fill(await api.messages(this.talk.chat.key));
    await this.markRead();
  }

  private async markRead(): Promise<void> {
    const { chat, phone } = this.talk;
    if (chat.unread === 0) return;
    chat.unread = 0;
    await api.read(chat.key, phone.person.id);
    await phone.store.refresh(chat.key);
  }

  private update(chat: ChatView): void {
    this.talk.chat = chat;
    this.render();
  }

  private render(): void {
    this.header.render();
    this.history.describe();
    const button = this.bottomButton();
    if (button) {
      fill(this.foot, button);
      return;
    }
    this.composer.render();
    this.keyboard.render();
    if (this.composer.root.parentNode !== this.foot) {
      fill(this.foot, this.composer.root, this.keyboard.root);
    }
  }

  /** Start, or Restart after a block; null when one may write. */
  private bottomButton(): HTMLElement | null {
    const { chat, phone } = this.talk;
    const { bot } = chat;
    if (!bot) return null;
    const must = chat.is_blocked || !chat.has_started;
    if (!must && this.startPayload === null) return null;
    const label = phone.word(chat.is_blocked ? "restart" : "start");
    return make("button.start-button", { onclick: () => void this.start(bot.id) }, label);
  }

  private async start(botId: number): Promise<void> {
    const payload = this.startPayload ?? "";
    this.startPayload = null;
    await api.start(botId, this.talk.phone.person.id, payload);
  }

  private showAction(): void {
    this.header.say(this.talk.phone.word("typing"));
    clearTimeout(this.actionTimer);
    this.actionTimer = window.setTimeout(() => this.header.say(null), ACTION_MS);
  }
}
