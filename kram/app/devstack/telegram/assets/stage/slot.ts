/** A place on the page: a phone, and above it whose it is. */

import { people as api } from "../api/client";
import type { Person } from "../api/types";
import { Phone } from "../device/phone";
import { avatar } from "../dom/avatar";
import { icon } from "../dom/icons";
import { fill, make } from "../dom/make";
import { known, LANGUAGES } from "../words/words";
import type { Stage } from "./stage";

const NEW_PERSON = "new";

export class Slot {
  readonly root = make("div.slot");
  phone: Phone;
  private readonly caption = make("div.caption");

  constructor(
    private readonly stage: Stage,
    person: Person,
    isolated: boolean,
  ) {
    this.phone = new Phone(person, stage.boot, isolated);
  }

  give(person: Person, isolated: boolean): void {
    this.phone.put();
    this.phone = new Phone(person, this.stage.boot, isolated);
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
    const { stage, phone } = this;
    const select = make(
      "select",
      { "aria-label": stage.word("whose_phone") },
      ...stage.people.map((person) => make("option", { value: person.id }, person.first_name)),
      make("option", { value: NEW_PERSON }, `${stage.word("add_person")}…`),
    );
    select.value = String(phone.person.id);
    select.addEventListener("change", () => void this.hand(select));
    return select;
  }

  private async hand(select: HTMLSelectElement): Promise<void> {
    const { stage } = this;
    const person =
      select.value === NEW_PERSON
        ? await stage.newPerson()
        : stage.people.find((each) => each.id === Number(select.value));
    if (person) await stage.hand(this, person);
    else select.value = String(this.phone.person.id);
  }

  private language(): HTMLElement {
    const { stage, phone } = this;
    const label = stage.word("person_language", { name: phone.person.first_name });
    const options = LANGUAGES.map(([code, name]) => make("option", { value: code }, name));
    const select = make("select", { "aria-label": label }, ...options);
    select.value = known(phone.person.language_code);
    select.addEventListener("change", () => {
      void api.change(phone.person.id, { language_code: select.value }).then(() => stage.relearn());
    });
    return select;
  }

  private removal(): HTMLElement {
    const label = this.stage.word("remove_phone");
    const look = { "aria-label": label, title: label, onclick: () => this.stage.remove(this) };
    return make("button.icon-button", look, icon("close", 18));
  }
}
