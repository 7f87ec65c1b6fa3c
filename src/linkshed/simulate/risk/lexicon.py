"""Words by which pages call a link paid: few, and such as hardly mean anything else near a link."""

from __future__ import annotations

PAID = tuple(
    phrase.strip()
    for phrase in """
    sponsored post | sponsored article | sponsored content | sponsored link | sponsored by
    sponsored guest post | paid post | paid article | paid content | paid link | paid placement
    paid partnership | paid promotion | advertorial | advertisement | promoted content
    gesponserter beitrag | gesponserter artikel | gesponserter link | gesponsert von
    bezahlter link | bezahlte partnerschaft | bezahlter beitrag
    article sponsorisé | lien sponsorisé | contenu sponsorisé | publirédactionnel
    artículo patrocinado | enlace patrocinado | contenido patrocinado | publirreportaje
    articolo sponsorizzato | link sponsorizzato | contenuto sponsorizzato
    artigo patrocinado | conteúdo patrocinado | link patrocinado
    gesponsord artikel | gesponsorde link | betaalde link
    artykuł sponsorowany | link sponsorowany | materiał sponsorowany
    спонсорская статья | спонсорская ссылка | платная ссылка | на правах рекламы
    赞助内容 | 赞助链接 | スポンサードリンク | スポンサー記事 | 스폰서 링크
    """.replace("\n", "|").split("|")
    if phrase.strip()
)
