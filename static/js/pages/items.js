// Ticking a group ticks its names; the bar says how many are ticked.
const form = document.querySelector("[data-items]");
const count = form?.querySelector("[data-count]");
const names = (place) => [...place.querySelectorAll("input[name=name]")];

function tell() {
  const ticked = names(form).filter((box) => box.checked).length;
  count.textContent = ticked ? `已选 ${ticked} 个` : "勾上要归类的项目";
  for (const group of form.querySelectorAll("[data-group]")) {
    const all = group.querySelector("[data-all] input");
    if (all) all.checked = names(group).every((box) => box.checked);
  }
}

if (count) {
  for (const all of form.querySelectorAll("[data-all]")) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", (event) => {
      for (const box of names(all.closest("[data-group]"))) box.checked = event.target.checked;
    });
  }
  form.addEventListener("change", tell);
  tell();
}
