/** What one writes with: menu button, commands, attachments, the text, the keyboard switch. */

import type { Message } from "../api/types";
import { openButton } from "../app/open";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { answered } from "./answered";
import { attach } from "./attach";
import { CommandList } from "./commands";
import type { ReplyKeyboardPanel } from "./reply_keyboard";
import type { Talk } from "./talk";

const MAX_LINES_PX = 132;

export class Composer {
  readonly root: HTMLElement;
  private readonly menu = make("span.menu-place");
  private readonly answering = make("div.answering", { hidden: true });
  private readonly text = make("textarea", { rows: 1 });
  private readonly attachButton = make("button.icon-button", { onclick: () => attach(this.talk) }, icon("attach"));
  private readonly keysButton: HTMLButtonElement;
  private readonly sendButton = make("button.send-button", { onclick: () => void this.send() }, icon("send", 22));
  private readonly commands: CommandList;
  private answered: Message | null = null;

  constructor(
    private readonly talk: Talk,
    private readonly keys: ReplyKeyboardPanel,
  ) {
    this.commands = new CommandList(talk);
    this.keysButton = make("button.icon-button.keys", { onclick: () => keys.toggle() }, icon("keyboard"));
    talk.on("reply", (message) => this.answer(message));
    this.text.addEventListener("input", () => this.onInput());
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    const place = make("div.text-place", {}, this.text, this.keysButton);
    const line = make("div.composer-line", {}, this.menu, this.attachButton, place, this.sendButton);
    this.root = make("div.composer", {}, this.commands.root, this.answering, line);
    this.onInput();
  }

  render(): void {
    const { phone, chat } = this.talk;
    const placeholder = chat.reply_keyboard?.input_field_placeholder ?? phone.word("message");
    this.text.placeholder = placeholder;
    this.text.setAttribute("aria-label", placeholder);
    this.attachButton.setAttribute("aria-label", phone.word("attach"));
    this.sendButton.setAttribute("aria-label", phone.word("send"));
    this.keysButton.setAttribute("aria-label", phone.word("keyboard"));
    this.keysButton.hidden = !this.keys.exists;
    fill(this.menu, this.menuButton());
  }

  write(text: string): void {
    this.text.value = text;
    this.onInput();
    this.text.focus();
  }

  private answer(message: Message): void {
    this.answered = message;
    const { phone } = this.talk;
    const cancel = { "aria-label": phone.word("cancel"), onclick: () => this.stopAnswering() };
    fill(this.answering, answered(message, phone), make("button.icon-button", cancel, icon("close", 18)));
    this.answering.hidden = false;
    this.text.focus();
  }

  /** A Mini App, or the list of commands. */
  private menuButton(): HTMLElement | null {
    const { phone, chat } = this.talk;
    const { bot, menu_button: button } = chat;
    const url = button?.web_app?.url;
    if (bot && button && url) {
      const open = (): void => void openButton(phone, bot, url, true);
      return make("button.menu-button", { onclick: open }, icon("app", 18), make("span", {}, button.text ?? ""));
    }
    if (!chat.commands.length) return null;
    const look = { "aria-label": phone.word("commands"), onclick: () => this.commands.toggle() };
    return make("button.menu-button.commands", look, icon("menu", 20));
  }

  private onInput(): void {
    this.text.style.height = "";
    const { scrollHeight } = this.text; // 0 while the text is not on the page yet
    if (scrollHeight) this.text.style.height = `${Math.min(scrollHeight, MAX_LINES_PX)}px`;
    const has = this.text.value.trim() !== "";
    this.sendButton.classList.toggle("ready", has);
    this.sendButton.disabled = !has;
    this.commands.suggest(this.text.value);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.commands.isShown) {
      event.preventDefault();
      this.commands.hide();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void this.send();
  }

  private async send(): Promise<void> {
    const text = this.text.value.trim();
    if (!text) return;
    const replyTo = this.answered?.message_id;
    this.text.value = "";
    this.stopAnswering();
    this.onInput();
    await this.talk.send(replyTo ? { text, reply_to: replyTo } : { text });
  }

  private stopAnswering(): void {
    this.answered = null;
    this.answering.hidden = true;
  }
}
