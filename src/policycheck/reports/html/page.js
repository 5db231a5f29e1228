"use strict";
{
  const form = document.getElementById("filters");
  const told = form?.querySelector("[role=status]");
  const folded = (text) => text.normalize("NFKC").toLowerCase();

  const departments = [...document.querySelectorAll("section.department")].map((section) => ({
    section,
    name: section.dataset.department,
    groups: [...section.querySelectorAll("tbody")].map((body) => ({
      body,
      ...body.dataset,
      rows: [...body.querySelectorAll("tr[data-status]")].map((row) => ({ row, ...row.dataset })),
    })),
  }));

  /* What a row says, with what stands above it. */
  const textOf = (row, group, department) =>
    (row.text ??= folded(`${department.name} ${group.body.rows[0].textContent} ${row.row.textContent}`));

  const wanted = (chosen, own) => !chosen || chosen === own;

  const filter = () => {
    const { text, status, department: name, severity, kind, news } = Object.fromEntries(new FormData(form));
    const terms = folded(text).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const department of departments) {
      const before = shown;
      if (wanted(name, department.name))
        for (const group of department.groups) {
          let own = 0;
          if (wanted(severity, group.severity) && wanted(kind, group.kind))
            for (const row of group.rows) {
              row.row.hidden = !(
                wanted(status, row.status) &&
                wanted(news, row.news) &&
                terms.every((term) => textOf(row, group, department).includes(term))
              );
              own += !row.row.hidden;
            }
          group.body.hidden = !own;
          shown += own;
        }
      department.section.hidden = shown === before;
    }
    told.textContent = told.dataset.told.replace("{shown}", shown);
  };

  const keep = () => {
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", `#${chosen}`);
  };

  /* The fragment is what was filtered by, or the place where a link leads: then it must be there to be seen. */
  const follow = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    const place = document.getElementById(location.hash.slice(1));
    if (place && !place.closest("[hidden]")) return;
    for (const field of form.querySelectorAll("[name]")) {
      field.value = given.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    filter();
    place?.scrollIntoView();
  };

  if (form) {
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        filter();
        keep();
      }, 150);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => form.querySelector("input").dispatchEvent(new Event("input", { bubbles: true })));
    addEventListener("hashchange", follow);
    form.hidden = false;
    filter();
    follow();
  }
}
