def test_it(client, people):
    print(client.get("/register").status_code)
    print(client.get("/sign-in").status_code)
    a = people.client("alice")
    for u in ("/account","/account/profile","/account/delete","/account/password","/account/email","/account/authenticator","/account/recovery-codes","/account/passkeys","/account/confirm-it-is-you","/account/confirm-with-passkey","/account/data"):
        r = a.get(u); print(u, r.status_code, r.location)
    for u in ("/reset-password","/confirm-email","/sign-in/passkey","/sign-in/code","/sign-in/recovery-code","/sign-in/second-step"):
        r = client.get(u); print(u, r.status_code, r.location)
