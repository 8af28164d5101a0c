/** A new person: a name, a username, a language. */

import { people as api, Refusal } from "../api/client";
import type { Person } from "../api/types";
import { make } from "../dom/make";
import { field } from "../sheets/form";
import { LANGUAGES, pageLanguage } from "../words/words";
import type { Stage } from "./stage";

/** Resolves to the person, or null when nobody was made. */
export function personForm(stage: Stage): Promise<Person | null> {
  return new Promise((resolve) => {
    const name = field(stage.word("first_name"), { autocomplete: "off" });
    const username = field(stage.word("username"));
    const language = field(stage.word("page_language"), { options: LANGUAGES, value: pageLanguage() });
    const problem = make("p.form-problem", { role: "alert" });
    const finish = (person: Person | null): void => {
      dialog.close();
      dialog.remove();
      resolve(person);
    };
    const create = async (): Promise<void> => {
      try {
        finish(
          await api.create({
            first_name: name.input.value.trim() || stage.word("first_person"),
            language_code: language.input.value,
            ...(username.input.value ? { username: username.input.value.replace(/^@/, "") } : {}),
          }),
        );
      } catch (error) {
        problem.textContent = error instanceof Refusal ? error.message : String(error);
      }
    };
    const dialog: HTMLDialogElement = make(
      "dialog.person-form",
      { "aria-label": stage.word("add_person") },
      make("h2", {}, stage.word("add_person")),
      make("div.form", {}, name.row, username.row, language.row, problem),
      make(
        "div.form-buttons",
        {},
        make("button.quiet-button", { onclick: () => finish(null) }, stage.word("cancel")),
        make("button.big-button", { onclick: () => void create() }, stage.word("create")),
      ),
    );
    dialog.addEventListener("cancel", () => finish(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
