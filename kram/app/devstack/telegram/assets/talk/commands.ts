/** The bot's commands: behind the menu button, and as one types a slash. */

import { fill, make } from "../dom/make";
import type { Talk } from "./talk";

export class CommandList {
  readonly root = make("div.commands", { hidden: true });

  constructor(private readonly talk: Talk) {}

  get isShown(): boolean {
    return !this.root.hidden;
  }

  toggle(): void {
    if (this.isShown) this.hide();
    else this.show("");
  }

  hide(): void {
    this.root.hidden = true;
  }

  /** Shows the commands that begin like the text, once it begins with a slash. */
  suggest(text: string): void {
    if (/^\/\w*$/.test(text)) this.show(text.slice(1));
    else this.hide();
  }

  private show(beginning: string): void {
    const found = this.talk.chat.commands.filter(({ command }) => command.startsWith(beginning));
    fill(
      this.root,
      ...found.map(({ command, description }) =>
        make(
          "button.command",
          { onclick: () => void this.run(command) },
          make("strong", {}, `/${command}`),
          make("span", {}, description),
        ),
      ),
    );
    this.root.hidden = found.length === 0;
  }

  private async run(command: string): Promise<void> {
    this.hide();
    await this.talk.send({ text: `/${command}` });
  }
}
