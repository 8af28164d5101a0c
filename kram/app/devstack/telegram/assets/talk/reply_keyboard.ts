/** The bot's keyboard in place of the letters. */

import type { KeyboardButton } from "../api/types";
import { openKeyboardApp } from "../app/open";
import { fill, make } from "../dom/make";
import { newBot } from "../sheets/new_bot";
import { shareContact, shareLocation } from "./attach";
import type { Talk } from "./talk";

export class ReplyKeyboardPanel {
  readonly root = make("div.reply-keyboard");
  private shownFor = "";

  constructor(private readonly talk: Talk) {}

  get exists(): boolean {
    return (this.talk.chat.reply_keyboard?.keyboard ?? []).length > 0;
  }

  toggle(): void {
    this.root.hidden = !this.root.hidden;
  }

  render(): void {
    const rows = this.talk.chat.reply_keyboard?.keyboard ?? [];
    const wanted = JSON.stringify(rows);
    if (wanted === this.shownFor) return;
    this.shownFor = wanted;
    this.root.hidden = rows.length === 0;
    const lines = rows.map((row) => make("div.reply-row", {}, ...row.map((button) => this.button(button))));
    fill(this.root, ...lines);
  }

  private button(button: KeyboardButton): HTMLElement {
    const look = { "data-style": button.style ?? "", onclick: () => void this.press(button) };
    return make("button.reply-button", look, button.text);
  }

  private async press(button: KeyboardButton): Promise<void> {
    const { talk } = this;
    const { phone, chat } = talk;
    const { bot } = chat;
    if (button.request_contact) await shareContact(talk);
    else if (button.request_location) await shareLocation(talk);
    else if (button.web_app && bot) await openKeyboardApp(phone, bot, button.web_app.url, button.text);
    else if (button.request_managed_bot && bot?.username) {
      const { suggested_username: username = "", suggested_name: name = "" } = button.request_managed_bot;
      newBot(phone, bot.username, username, name);
    } else await talk.send({ text: button.text });
  }
}
