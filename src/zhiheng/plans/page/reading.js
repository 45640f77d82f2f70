"use strict";
(() => {
  const all = [...document.querySelectorAll("[data-keys]")];
  const light = (keys, on) => {
    for (const element of all) {
      const own = element.dataset.keys.split(" ");
      if (keys.some((key) => own.includes(key))) element.classList.toggle("lit", on);
    }
  };
  for (const element of all) {
    const keys = element.dataset.keys.split(" ");
    for (const name of ["mouseenter", "focusin"]) element.addEventListener(name, () => light(keys, true));
    for (const name of ["mouseleave", "focusout"]) element.addEventListener(name, () => light(keys, false));
  }
})();
