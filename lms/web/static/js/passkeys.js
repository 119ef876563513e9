/* Passkeys: hands the server's options to the browser, and the browser's answer to the form.
   <form data-passkey="create" or "get" data-options="…JSON…"> with a hidden input named credential. */

const form = document.querySelector("form[data-passkey]");
if (form) start(form);

function start(form) {
  const state = form.querySelector("[data-passkey-state]");
  if (!window.PublicKeyCredential) {
    state.textContent = "This browser cannot use passkeys. Try another one, or use your password.";
    return;
  }
  state.textContent = "Press the button, then follow what your device asks.";
  let done = false;
  // In the capture phase, before the page's own rule that a form is sent once: this press only asks the device.
  form.addEventListener("submit", async (event) => {
    if (done) return;
    event.preventDefault();
    event.stopPropagation();
    state.textContent = "Waiting for your device.";
    try {
      form.elements.credential.value = JSON.stringify(await ask(form.dataset.passkey, JSON.parse(form.dataset.options)));
      done = true;
      form.requestSubmit();
    } catch (error) {
      state.textContent = `${reason(error)} You can try again.`;
    }
  }, { capture: true });
}

async function ask(ceremony, options) {
  if (ceremony === "create") {
    const { response, ...made } = plain(await navigator.credentials.create({ publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    } }));
    return {
      ...made,
      extensions: JSON.stringify(made.notes),
      response: {
        attestationObject: text(response.attestationObject),
        clientDataJSON: text(response.clientDataJSON),
        transports: response.getTransports?.() ?? [],
      },
    };
  }
  const { response, ...given } = plain(await navigator.credentials.get({ publicKey: {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
  } }));
  return {
    ...given,
    response: {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
}

function plain(credential) {
  const { id, type, rawId, response } = credential;
  return { id, type, rawId: text(rawId), response, notes: credential.getClientExtensionResults() };
}

function descriptors(list = []) {
  return (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
}

function text(buffer) {
  const characters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(characters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function reason(error) {
  return {
    NotAllowedError: "It was cancelled or took too long.",
    InvalidStateError: "This device has a passkey for your account already.",
    SecurityError: "Passkeys do not work at this address of the site.",
  }[error.name] ?? "Your device could not do it.";
}
