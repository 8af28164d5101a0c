/** Everybody who lives here. */

import { people as api } from "../api/client";
import type { Person } from "../api/types";

export class People {
  all: Person[] = [];

  async load(): Promise<void> {
    this.all = await api.list();
  }

  async create(person: Partial<Person>): Promise<Person> {
    const created = await api.create(person);
    this.all.push(created);
    return created;
  }

  find(id: number): Person | undefined {
    return this.all.find((person) => person.id === id);
  }
}
