/** A question with a few buttons, in the middle of the phone. */

import type { Phone } from "../device/phone";
import { make, type Child } from "../dom/make";
import { Sheet } from "./sheet";

export interface Choice {
  id: string;
  text: string;
  look?: "default" | "destructive" | "strong";
}

/** Asks; resolves to the id of the button, or null when the question was put away. */
export function ask(
  phone: Phone,
  title: string,
  text: string,
  choices: Choice[],
  ...extra: Child[]
): Promise<string | null> {
  return new Promise((resolve) => {
    const buttons = choices.map((choice, at) =>
      make(
        "button.alert-button",
        {
          "data-look": choice.look ?? "default",
          autofocus: extra.length === 0 && at === choices.length - 1,
          onclick: () => {
            sheet.close();
            resolve(choice.id);
          },
        },
        choice.text,
      ),
    );
    const rows = buttons.length > 2 ? "alert-buttons.stacked" : "alert-buttons";
    const sheet: Sheet = new Sheet(
      phone,
      { label: title || text, look: "alert", onDismiss: () => resolve(null) },
      make(
        "div.alert-text",
        {},
        title ? make("strong", {}, title) : null,
        text ? make("p", {}, text) : null,
        ...extra,
      ),
      make(`div.${rows}`, {}, ...buttons),
    );
  });
}

/** Yes or no; putting it away means no. */
export async function confirm(
  phone: Phone,
  title: string,
  text: string,
  yes: string,
  look: "strong" | "destructive" = "strong",
  ...extra: Child[]
): Promise<boolean> {
  const choices = [
    { id: "no", text: phone.word("cancel") },
    { id: "yes", text: yes, look },
  ];
  return (await ask(phone, title, text, choices, ...extra)) === "yes";
}

/** One line of text; null when the question was put away. */
export async function askText(
  phone: Phone,
  title: string,
  text: string,
  label: string,
  yes: string,
): Promise<string | null> {
  const input = make("input.field", { "aria-label": label, placeholder: label, autofocus: true });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      input.closest(".sheet-panel")?.querySelector<HTMLElement>('[data-look="strong"]')?.click();
    }
  });
  return (await confirm(phone, title, text, yes, "strong", input)) ? input.value : null;
}
