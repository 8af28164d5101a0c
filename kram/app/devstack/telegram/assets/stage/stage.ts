/** The page: a toolbar, and the phones of up to three people. */

import { people as api } from "../api/client";
import { follow } from "../api/news";
import type { Boot, Person } from "../api/types";
import { arrange, make } from "../dom/make";
import { remember, remembered } from "../dom/settings";
import { pageLanguage, word, type Word } from "../words/words";
import { personForm } from "./person_form";
import { Slot } from "./slot";
import { Toolbar } from "./toolbar";

const MAX_PHONES = 3;
const LOOKOUT_MS = 2000;

export class Stage {
  readonly root: HTMLElement;
  private readonly row = make("main.phones");
  private readonly lost = make("p.lost", { role: "status", hidden: true });
  private readonly toolbar: Toolbar;
  private slots: Slot[] = [];
  private everybody: Person[] = [];
  private lookout = 0;
  private unfollow = (): void => undefined;

  constructor(readonly boot: Boot) {
    this.toolbar = new Toolbar(this);
    this.root = make("div.stage", {}, this.toolbar.root, this.lost, this.row);
  }

  async start(): Promise<void> {
    this.everybody = await api.list();
    const wanted = this.wanted();
    for (const person of wanted) await this.place(person);
    this.render();
    const first = this.slots[0]?.phone;
    if (this.boot.bot) await Promise.all(this.slots.map((slot) => slot.phone.follow(`https://t.me/${this.boot.bot}`)));
    if (this.boot.link && first) await first.follow(this.boot.link);
  }

  /** Shows what went wrong on the phone that is in use. */
  complain(text: string): void {
    const inUse = this.slots.find((slot) => slot.root.contains(document.activeElement));
    (inUse ?? this.slots[0])?.phone.toast(text);
  }

  get people(): Person[] {
    return this.everybody;
  }

  get canAdd(): boolean {
    return this.slots.length < MAX_PHONES;
  }

  word(name: Word, values?: Record<string, string>): string {
    return word(pageLanguage(), name, values);
  }

  /** Puts down one more phone: of somebody without one, or of a new person. */
  async addPhone(): Promise<void> {
    const shown = new Set(this.slots.map((slot) => slot.phone.person.id));
    const person = this.everybody.find((each) => !shown.has(each.id)) ?? (await this.newPerson());
    if (!person) return;
    await this.place(person);
    this.render();
    this.slots[this.slots.length - 1]?.root.scrollIntoView({ behavior: "smooth", inline: "center" });
  }

  async newPerson(): Promise<Person | null> {
    const person = await personForm(this);
    if (person) this.everybody.push(person);
    return person;
  }

  /** Gives a phone to another person. */
  async hand(slot: Slot, person: Person): Promise<void> {
    slot.give(person, this.isolated(slot));
    await slot.phone.store.load();
    this.render();
  }

  remove(slot: Slot): void {
    slot.phone.put();
    this.slots = this.slots.filter((each) => each !== slot);
    this.render();
  }

  async relearn(): Promise<void> {
    this.everybody = await api.list();
  }

  render(): void {
    document.title = this.word("title");
    this.toolbar.render();
    this.row.dataset["count"] = String(this.slots.length);
    for (const slot of this.slots) slot.render();
    arrange(this.row, this.slots.length ? this.slots.map((slot) => slot.root) : [this.welcome()]);
    remember("users", this.slots.map((slot) => slot.phone.person.id).join(","));
    this.listen();
  }

  private wanted(): Person[] {
    const ids = (this.boot.users || remembered("users") || "").split(",").map(Number);
    const chosen = ids.flatMap((id) => this.everybody.find((person) => person.id === id) ?? []);
    const room = innerWidth < 560 ? 1 : innerWidth < 1000 ? 2 : MAX_PHONES;
    return (chosen.length ? chosen : this.everybody).slice(0, this.boot.users ? MAX_PHONES : room);
  }

  private async place(person: Person): Promise<void> {
    const slot = new Slot(this, person, this.slots.length > 0);
    this.slots.push(slot);
    await slot.phone.store.load();
  }

  private isolated(slot: Slot): boolean {
    return this.slots.indexOf(slot) > 0;
  }

  private listen(): void {
    this.unfollow();
    const ids = this.slots.map((slot) => slot.phone.person.id);
    if (!ids.length) return;
    let isFirst = true;
    this.unfollow = follow(ids, (news) => {
      if (news.kind === "reset") location.reload();
      if (news.kind === "hello") {
        if (!isFirst) for (const slot of this.slots) void slot.phone.store.load();
        isFirst = false;
      }
      for (const slot of this.slots) slot.phone.hear(news);
    }, (isLost) => this.showLost(isLost));
  }

  private showLost(isLost: boolean): void {
    this.lost.hidden = !isLost;
    this.lost.textContent = this.word("lost");
  }

  /** A seed may bring people while nobody looks: then their phones appear by themselves. */
  private async lookOut(): Promise<void> {
    if (!this.slots.length && (await api.list()).length) location.reload();
  }

  private welcome(): HTMLElement {
    clearInterval(this.lookout);
    this.lookout = window.setInterval(() => void this.lookOut(), LOOKOUT_MS);
    const begin = async (): Promise<void> => {
      clearInterval(this.lookout);
      const person = await api.create({
        first_name: this.word("first_person"),
        language_code: pageLanguage(),
      });
      this.everybody.push(person);
      await this.place(person);
      this.render();
    };
    return make(
      "section.welcome",
      {},
      make("h2", {}, this.word("nobody_title")),
      make("p", {}, this.word("nobody_text")),
      make("button.big-button", { onclick: () => void begin() }, this.word("add_person")),
    );
  }
}

