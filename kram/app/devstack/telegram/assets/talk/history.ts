/** The messages, oldest above; follows the newest while one reads at the end. */

import type { Message } from "../api/types";
import { service } from "../chats/preview";
import { day } from "../chats/time";
import { fill, make } from "../dom/make";
import { bubble } from "./bubble";
import type { Talk } from "./talk";

const NEAR_END_PX = 120;

export class History {
  readonly root: HTMLElement;
  private readonly log = make("div.log", { role: "log", "aria-live": "polite" });
  private readonly about = make("div.about-bot");
  private messages: Message[] = [];
  private isAtEnd = true;

  constructor(private readonly talk: Talk) {
    this.root = make("div.history", { tabindex: "0" }, this.about, this.log);
    const follower = new ResizeObserver(() => this.isAtEnd && this.scrollToEnd());
    follower.observe(this.root);
    follower.observe(this.log);
    this.root.addEventListener("scroll", () => (this.isAtEnd = this.distance() < NEAR_END_PX));
  }

  /** What came while these were fetched is newer than they are. */
  fill(messages: Message[]): void {
    const byId = new Map([...messages, ...this.messages].map((each) => [each.message_id, each]));
    this.messages = [...byId.values()];
    this.render();
    this.scrollToEnd();
  }

  put(message: Message): void {
    const at = this.messages.findIndex((each) => each.message_id === message.message_id);
    if (at >= 0) this.messages[at] = message;
    else this.messages.push(message);
    const follows = this.isAtEnd || message.from?.id === this.talk.phone.person.id;
    this.render();
    if (follows) this.scrollToEnd();
  }

  drop(messageId: number): void {
    this.messages = this.messages.filter((each) => each.message_id !== messageId);
    this.render();
  }

  /** What the bot says about itself, while nothing has been said. */
  describe(): void {
    const { phone, chat } = this.talk;
    this.about.hidden = this.messages.length > 0;
    if (this.about.hidden) return;
    const text = chat.description || chat.short_description;
    if (chat.bot && text) {
      fill(this.about, make("strong", {}, phone.word("what_can")), make("p", {}, text));
    } else {
      fill(this.about, make("p", {}, phone.word(chat.bot ? "say_hello" : "empty_group")));
    }
  }

  private render(): void {
    const { language, person } = this.talk.phone;
    const nodes: HTMLElement[] = [];
    let before: Message | null = null;
    let today = "";
    for (const message of this.messages) {
      const date = day(message.date, language);
      if (date !== today) {
        nodes.push(make("div.pill", {}, date));
        before = null;
        today = date;
      }
      const notice = service(message, language);
      nodes.push(
        notice === null
          ? bubble(this.talk, message, { mine: message.from?.id === person.id, before })
          : make("div.pill.service", {}, notice),
      );
      before = notice === null ? message : null;
    }
    fill(this.log, ...nodes);
    this.describe();
  }

  private distance(): number {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight;
  }

  private scrollToEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
    this.isAtEnd = true;
  }
}
