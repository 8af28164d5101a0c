/** A phone with its screens: the list of chats, and one conversation over it. */

import type { Boot, ChatView, Person } from "../api/types";
import { ChatList } from "../chats/list";
import { leave } from "../dom/leave";
import { openLink } from "../links/links";
import { TalkScreen } from "../talk/screen";
import { Phone, type Beginning } from "./phone";

const LEAVING_MS = 260;

export class Handset extends Phone {
  private readonly list: ChatList;
  private shown: TalkScreen | null = null;

  constructor(person: Person, boot: Boot, isolated: boolean) {
    super(person, boot, isolated);
    this.list = new ChatList(this);
    this.screens.append(this.list.root);
    this.glass.addEventListener("keydown", (event) => this.onKey(event));
  }

  async open(key: string, { start = null, text = null }: Beginning = {}): Promise<void> {
    const chat = this.store.chats.get(key) ?? (await this.store.refresh(key));
    if (this.shown?.talk.chat.key !== key) this.show(chat);
    if (start !== null) this.shown?.offerStart(start);
    if (text !== null) this.shown?.writeDraft(text);
  }

  leave(): void {
    const left = this.shown;
    if (!left) return;
    this.shown = null;
    left.close();
    this.list.root.inert = false;
    this.screens.dataset["at"] = "list";
    leave(left.root, LEAVING_MS);
    this.list.focus(left.talk.chat.key);
  }

  follow(url: string): Promise<void> {
    return openLink(this, url);
  }

  /** Takes the phone off the page. */
  put(): void {
    this.app?.destroy();
    this.shown?.close();
    this.root.remove();
  }

  private show(chat: ChatView): void {
    this.shown?.close();
    this.shown?.root.remove();
    this.shown = new TalkScreen(this, chat);
    this.screens.append(this.shown.root);
    this.list.root.inert = true;
    requestAnimationFrame(() => (this.screens.dataset["at"] = "talk"));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    const sheet = this.sheets[this.sheets.length - 1];
    if (sheet) sheet.dismiss();
    else if (this.app) void this.app.requestClose();
    else this.leave();
  }
}
