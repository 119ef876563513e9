import re
from lms.web import policy
def test_x(site):
    declared = policy.declared(site.app)
    for rule in site.app.url_map.iter_rules():
        out=[]
        for method in sorted(rule.methods - {"HEAD","OPTIONS"}):
            site.restore()
            names={**site.names}
            if rule.endpoint=="learning.answer_check": names["item"]=names["check"]
            with site.app.test_request_context():
                from flask import url_for
                a=url_for(rule.endpoint, **{n:names[n] for n in rule.arguments})
            for kind in ("visitor","suspended","alice","bob","carol","instructor","admin"):
                r=site.ask(kind,method,a)
                out.append(f"{method}:{kind}={r.status_code}{'>'+r.location if r.location else ''}")
        print("@@", rule.endpoint, declared[rule.endpoint].name, " ".join(out))
