/** A new person: a name, a username, a language. */

import { reasonOf } from "../api/client";
import type { Person } from "../api/types";
import { make } from "../dom/make";
import { field } from "../sheets/form";
import { LANGUAGES, pageLanguage, pageWord } from "../words/words";
import type { People } from "./people";

/** Resolves to the person, or null when nobody was made. */
export function personForm(people: People): Promise<Person | null> {
  return new Promise((resolve) => {
    const name = field(pageWord("first_name"), { autocomplete: "off" });
    const username = field(pageWord("username"));
    const language = field(pageWord("page_language"), { options: LANGUAGES, value: pageLanguage() });
    const problem = make("p.form-problem", { role: "alert" });
    const finish = (person: Person | null): void => {
      dialog.close();
      dialog.remove();
      resolve(person);
    };
    const create = async (): Promise<void> => {
      try {
        finish(
          await people.create({
            first_name: name.input.value.trim() || pageWord("first_person"),
            language_code: language.input.value,
            ...(username.input.value ? { username: username.input.value.replace(/^@/, "") } : {}),
          }),
        );
      } catch (error) {
        problem.textContent = reasonOf(error);
      }
    };
    const dialog: HTMLDialogElement = make(
      "dialog.person-form",
      { "aria-label": pageWord("add_person") },
      make("h2", {}, pageWord("add_person")),
      make("div.form", {}, name.row, username.row, language.row, problem),
      make(
        "div.form-buttons",
        {},
        make("button.quiet-button", { onclick: () => finish(null) }, pageWord("cancel")),
        make("button.big-button", { onclick: () => void create() }, pageWord("create")),
      ),
    );
    dialog.addEventListener("cancel", () => finish(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
