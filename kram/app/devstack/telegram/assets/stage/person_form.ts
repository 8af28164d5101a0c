/** A new person: a name, a username, a language. */

import { reasonOf } from "../api/client";
import type { Person } from "../api/types";
import { make } from "../dom/make";
import { field } from "../sheets/form";
import { LANGUAGES, pageLanguage, pageWord } from "../words/words";
import type { People } from "./people";

/** Resolves to the person, or null when nobody was made. */
export function personForm(people: People): Promise<Person | null> {
  return new Promise((resolve) => new PersonForm(people, resolve));
}

class PersonForm {
  private readonly name = field(pageWord("first_name"));
  private readonly username = field(pageWord("username"));
  private readonly language = field(pageWord("language"), {
    options: LANGUAGES,
    value: pageLanguage(),
  });
  private readonly problem = make("p.form-problem", { role: "alert" });
  private readonly dialog: HTMLDialogElement;

  constructor(
    private readonly people: People,
    private readonly resolve: (person: Person | null) => void,
  ) {
    const rows = [this.name, this.username, this.language].map(({ row }) => row);
    const cancel = { onclick: () => this.finish(null) };
    const create = { onclick: () => void this.create() };
    this.dialog = make(
      "dialog.person-form",
      { "aria-label": pageWord("add_person"), oncancel: () => this.finish(null) },
      make("h2", {}, pageWord("add_person")),
      make("div.form", {}, ...rows, this.problem),
      make(
        "div.form-buttons",
        {},
        make("button.quiet-button", cancel, pageWord("cancel")),
        make("button.big-button", create, pageWord("create")),
      ),
    );
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  private async create(): Promise<void> {
    const username = this.username.input.value.replace(/^@/, "");
    const person = {
      first_name: this.name.input.value.trim() || pageWord("first_person"),
      language_code: this.language.input.value,
      ...(username ? { username } : {}),
    };
    try {
      this.finish(await this.people.create(person));
    } catch (error) {
      this.problem.textContent = reasonOf(error);
    }
  }

  private finish(person: Person | null): void {
    this.dialog.close();
    this.dialog.remove();
    this.resolve(person);
  }
}
