/** The one-tap creation of a bot that a manager bot will look after. */

import { bots, reasonOf } from "../api/client";
import type { Phone } from "../device/phone";
import { make } from "../dom/make";
import { field } from "./form";
import { Sheet } from "./sheet";

export function newBot(phone: Phone, manager: string, username: string, name: string): void {
  const nameField = field(phone.word("bot_name"), { value: name });
  const usernameField = field(phone.word("bot_username"), { value: username });
  const problem = make("p.form-problem", { role: "alert" });
  const create = async (): Promise<void> => {
    const { value: chosenName } = nameField.input;
    const { value: chosenUsername } = usernameField.input;
    try {
      await bots.createManaged(chosenName, chosenUsername, phone.person.id, manager);
      sheet.close();
      phone.toast(phone.word("bot_created", { name: `@${chosenUsername}` }));
    } catch (error) {
      problem.textContent = reasonOf(error);
    }
  };
  const sheet: Sheet = new Sheet(
    phone,
    { label: phone.word("newbot_title"), look: "bottom" },
    make("h3.sheet-title", {}, phone.word("newbot_title")),
    make("p.sheet-text", {}, phone.word("newbot_text", { name: manager })),
    make("div.form", {}, nameField.row, usernameField.row, problem),
    make("button.big-button", { onclick: () => void create() }, phone.word("create")),
  );
}
