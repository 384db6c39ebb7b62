// Every page: GOV.UK's components, and the little that htmx needs.
(() => {
  "use strict";
  // GOV.UK's own inline script for these classes would break the security policy.
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  window.GOVUKFrontend.initAll();

  // Parts that htmx has put in need their components too. The page itself has them already.
  document.addEventListener("htmx:after:process", (event) => {
    if (event.target instanceof HTMLElement && event.target !== document.body) {
      window.GOVUKFrontend.initAll({ scope: event.target });
    }
  });

  // Where the session has ended, a refreshed part would be the sign-in page inside this one.
  document.addEventListener("htmx:before:response", (event) => {
    const response = event.detail.ctx.response.raw;
    const signIn = document.body.dataset.signIn;
    if (response.redirected && signIn && new URL(response.url).pathname === signIn) {
      event.preventDefault();
      window.location.reload();
    }
  });

  // Paper cannot be unfolded: open what is folded, and fold it again afterwards.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
  });
})();
