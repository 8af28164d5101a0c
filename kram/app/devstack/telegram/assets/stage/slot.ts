/** A place on the page: a phone, and above it whose it is. */

import { people as api } from "../api/client";
import type { Boot, Person } from "../api/types";
import { Handset } from "../device/handset";
import { avatar } from "../dom/avatar";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { known, LANGUAGES, pageWord } from "../words/words";
import type { People } from "./people";
import { personForm } from "./person_form";

const NEW_PERSON = "new";

interface Deeds {
  /** Gives the phone to another person. */
  hand: (person: Person) => Promise<void>;
  remove: () => void;
}

export class Slot {
  readonly root = make("div.slot");
  phone: Handset;
  private readonly caption = make("div.caption");

  constructor(
    private readonly boot: Boot,
    private readonly people: People,
    private readonly deeds: Deeds,
    person: Person,
    isolated: boolean,
  ) {
    this.phone = new Handset(person, boot, isolated);
  }

  give(person: Person, isolated: boolean): void {
    this.phone.put();
    this.phone = new Handset(person, this.boot, isolated);
  }

  render(): void {
    const { person } = this.phone;
    fill(
      this.caption,
      make("label.whose", {}, avatar(person.first_name, person.id), this.whose(), icon("down", 14)),
      make("label.speaks", {}, this.language(), icon("down", 14)),
      this.removal(),
    );
    if (this.phone.root.parentNode !== this.root) fill(this.root, this.caption, this.phone.root);
  }

  private whose(): HTMLElement {
    const select = make(
      "select",
      { "aria-label": pageWord("whose_phone") },
      ...this.people.all.map((person) => make("option", { value: person.id }, person.first_name)),
      make("option", { value: NEW_PERSON }, `${pageWord("add_person")}…`),
    );
    select.value = String(this.phone.person.id);
    select.addEventListener("change", () => void this.hand(select));
    return select;
  }

  private async hand(select: HTMLSelectElement): Promise<void> {
    const { people } = this;
    const isNew = select.value === NEW_PERSON;
    const person = isNew ? await personForm(people) : people.find(Number(select.value));
    if (person) await this.deeds.hand(person);
    else select.value = String(this.phone.person.id);
  }

  private language(): HTMLElement {
    const { phone, people } = this;
    const label = pageWord("person_language", { name: phone.person.first_name });
    const options = LANGUAGES.map(([code, name]) => make("option", { value: code }, name));
    const select = make("select", { "aria-label": label }, ...options);
    select.value = known(phone.person.language_code);
    select.addEventListener("change", () => {
      void api.change(phone.person.id, { language_code: select.value }).then(() => people.load());
    });
    return select;
  }

  private removal(): HTMLElement {
    const label = pageWord("remove_phone");
    const look = { "aria-label": label, title: label, onclick: this.deeds.remove };
    return make("button.icon-button", look, icon("close", 18));
  }
}
