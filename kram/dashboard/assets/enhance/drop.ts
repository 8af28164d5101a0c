// A drop zone says which file was chosen.
export function wireDrops(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>(".drop input[type=file]")) {
    const drop = input.closest<HTMLElement>(".drop");
    const title = drop?.querySelector("strong");
    if (!drop || !title) continue;
    input.addEventListener("change", () => {
      const names = [...(input.files ?? [])].map((file) => file.name);
      if (names.length) title.textContent = names.join(", ");
    });
    input.addEventListener("dragenter", () => drop.classList.add("is-over"));
    input.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    input.addEventListener("drop", () => drop.classList.remove("is-over"));
  }
}
