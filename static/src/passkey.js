// Asks the browser for a passkey or security key and posts what it says. Forms that need it stay hidden without this.
const COME_BACK = "Your browser did not use a key. Nothing was done: try again, or choose another way.";

async function credentialFor({ passkey, passkeyFrom }, form) {
  const options = passkeyFrom
    ? (await (await fetch(passkeyFrom, { headers: { Accept: "application/json" } })).json()).request_options.publicKey
    : JSON.parse(passkey).publicKey;
  if (!options.user) {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
  const alone = form.elements.passwordless.checked;
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("form[data-passkey], form[data-passkey-from]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  const said = form.querySelector("[role=status]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      form.elements.credential.value = JSON.stringify((await credentialFor(form.dataset, form)).toJSON());
    } catch {
      said.textContent = COME_BACK;
      return;
    }
    form.submit();
  });
}
