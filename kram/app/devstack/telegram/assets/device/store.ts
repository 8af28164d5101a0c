/** What one person's phone knows: chats and messages, kept fresh by the news. */

import { chats as api } from "../api/client";
import type { ChatView, Message, News, Person } from "../api/types";
import { Emitter } from "../dom/emitter";

interface StoreEvents {
  chats: void;
  chat: ChatView;
  message: { chat: string; message: Message };
  deleted: { chat: string; messageId: number };
  action: { chat: string; action: string };
  person: Person;
  /** Everything was read anew: what is shown may have been missed. */
  reloaded: void;
}

export class Store extends Emitter<StoreEvents> {
  readonly chats = new Map<string, ChatView>();

  constructor(public person: Person) {
    super();
  }

  /** Reads everything anew: at the start, and after the connection was lost. */
  async load(): Promise<void> {
    const list = await api.list(this.person.id);
    this.chats.clear();
    for (const chat of list) this.chats.set(chat.key, chat);
    this.emit("chats", undefined);
    for (const chat of list) this.emit("chat", chat);
    this.emit("reloaded", undefined);
  }

  async refresh(key: string): Promise<ChatView> {
    const chat = await api.one(key, this.person.id);
    this.chats.set(key, chat);
    this.emit("chat", chat);
    this.emit("chats", undefined);
    return chat;
  }

  /** The chats with something in them, the latest first. */
  listed(): ChatView[] {
    return [...this.chats.values()]
      .filter((chat) => chat.last_message !== null || chat.type !== "private")
      .sort((one, other) => (other.last_message?.date ?? 0) - (one.last_message?.date ?? 0));
  }

  hear(news: News): void {
    if (!(news.people ?? []).includes(this.person.id)) return;
    const { kind, chat, message } = news;
    if (kind === "person" && news.person) {
      this.person = news.person;
      this.emit("person", news.person);
      void this.load();
    } else if (kind === "message" && chat && message) {
      this.emit("message", { chat, message });
      void this.refresh(chat);
    } else if (kind === "deleted" && chat && news.message_id !== undefined) {
      this.emit("deleted", { chat, messageId: news.message_id });
      void this.refresh(chat);
    } else if (kind === "chat" && chat) {
      void this.refresh(chat);
    } else if (kind === "action" && chat) {
      this.emit("action", { chat, action: news.action ?? "typing" });
    }
  }
}
