"""Words by which a page says that what follows leads away from its text.

Own lists, in the languages of ``generic_anchors``. ``*`` stands for up to three further words.
"""

from __future__ import annotations

import re

MAX_CUE = 60
"""Characters of a cue at most."""
MAX_SENTENCE = 200
"""Characters that are looked at on each side of a link."""
MAX_OPENING = 30
"""Characters that tell whether a sentence can be a call."""

_MORE = """
    related | related * | read also | also read | see also | read more | read more * | read next
    up next | don't miss | you may also like | you might also like | you may like * | recommended
    recommended * | in case you missed it | trending | trending now | most read | most popular
    more stories | more from * | more news * | more * stories | more * articles | more * news
    more * posts | more on * | latest news | latest stories | editors' picks | editor's picks
    tags | tag | keywords | topics | categories | category | filed under | posted in | posted under
    filed in | tagged | tagged with | tagged as | share this * | follow us * | about the author
    mehr zum thema | zum thema | lesen sie auch * | auch interessant | siehe auch
    weitere artikel * | weitere themen | weitere nachrichten | schlagwörter | schlagworte | themen
    kategorien | das könnte sie auch interessieren | das könnte dich auch interessieren
    mehr aus * | mehr von * | à lire aussi | lire aussi | à lire également | voir aussi
    sur le même sujet | articles liés | articles similaires | articles connexes | mots-clés
    étiquettes | catégories | plus d'articles * | lea también | lee también | te puede interesar
    le puede interesar | más noticias * | véase también | noticias relacionadas
    artículos relacionados | temas relacionados | relacionados | etiquetas | categorías
    leggi anche | vedi anche | articoli correlati | potrebbe interessarti | correlati | categorie
    argomenti | lees ook | zie ook | lees meer over * | gerelateerd | gerelateerde * | meer over *
    onderwerpen | czytaj także | czytaj też | czytaj również | zobacz także | zobacz też
    zobacz również | przeczytaj także | przeczytaj też | powiązane * | podobne * | tagi | kategorie
    leia também | leia mais | veja também | saiba mais | notícias relacionadas
    artigos relacionados | assuntos | marcadores | читайте также | смотрите также | по теме
    материалы по теме | похожие * | теги | метки | рубрики | другие новости | läs också | läs även
    läs mer om * | se också | relaterade * | relaterat | taggar | ämnen | ayrıca okuyun
    ilgili haberler | ilgili yazılar | benzer * | etiketler | 相关阅读 | 相关文章 | 相关新闻
    相关链接 | 延伸阅读 | 延伸閱讀 | 相關文章 | 相關新聞 | 标签 | 標籤 | 推荐阅读 | 関連記事
    関連リンク | 関連ニュース | あわせて読みたい | 合わせて読みたい | タグ | 관련 기사 | 관련기사
    관련 글 | 관련글 | 태그 | 추천 기사 | مواضيع ذات صلة | أخبار ذات صلة | اقرأ أيضا | اقرأ أيضًا
    وسوم | الكلمات المفتاحية
"""
_ALONE = """
    advertisement | close | back | back to * | go back | return to * | newsletter | newsletters
    print | comments | comment | leave a comment | no comments | skip advertisement | skip to *
    continue reading the main story | subscribe | subscribe now | sign up | sign in | log in
    anzeige | werbung | schließen | zurück | zurück zu * | kommentare | drucken | anmelden
    publicité | fermer | retour | commentaires | imprimer | s'abonner | s'inscrire | se connecter
    publicidad | cerrar | volver | comentarios | imprimir | suscribirse | iniciar sesión
    pubblicità | chiudi | indietro | commenti | stampa | abbonati | accedi | registrati
    advertentie | sluiten | terug | reacties | afdrukken | abonneren | inloggen
    reklama | zamknij | wstecz | wróć | komentarze | drukuj | zaloguj się | zarejestruj się
    publicidade | fechar | voltar | comentários | imprimir | assinar | entrar
    реклама | закрыть | назад | комментарии | версия для печати | войти | подписаться
    annons | stäng | tillbaka | kommentarer | skriv ut | logga in | prenumerera
    kapat | geri | geri dön | yorumlar | yazdır | giriş yap | abone ol
    广告 | 关闭 | 返回 | 评论 | 打印 | 登录 | 注册 | 订阅 | 広告 | 閉じる | 戻る | コメント | 印刷
    ログイン | 광고 | 닫기 | 뒤로 | 댓글 | 인쇄 | 로그인 | إعلان | إغلاق | رجوع | تعليقات | طباعة
"""
_PLACES = "twitter|facebook|instagram|linkedin|youtube|telegram|whatsapp|tiktok|mastodon"
_CALLS = rf"""
    (?:please )?(?:follow|like|join|find|connect with)\b.{{0,80}}? on (?:{_PLACES})\b
    (?:please )?follow (?:us|me|him|her|them|@)
    .*\b(?:and|or) follow (?:us|me|him|her|them)(?: on (?:{_PLACES})\b|:? @)
    (?:please )?follow\b.{{0,60}}? (?:full|live|our|complete) coverage\b
    (?:reach|contact|e-?mail) (?:the|our) (?:authors?|editors?|reporters?|writers?|team)\b
    (?:write to|reach|e-?mail)\b.{{0,40}}? at \S+@
    .*\b(?:can|may) be (?:reached|contacted|followed) (?:at|by|on|via)\b
    (?:(?:additional|further) )?(?:reporting|editing|writing) by\b
    (?:subscribe|sign up|register)\b.{{0,60}}?\b(?:newsletters?|magazine|podcast|alerts?)\b
    (?:subscribe|sign up|join) (?:to|for) our\b
    (?:subscribe|sign up|register) (?:here|now|today)\b
"""
_FOREIGN_CALLS = tuple(
    phrase.strip()
    for phrase in """
    folge uns | folgen sie uns | abonnieren sie | jetzt abonnieren | suivez-nous | abonnez-vous
    inscrivez-vous | síguenos | síganos | suscríbete | suscríbase | seguici | iscriviti alla
    volg ons | abonneer je | schrijf je in voor | obserwuj nas | polub nas | zapisz się na
    siga-nos | assine | inscreva-se | подпишитесь | подписывайтесь | följ oss | prenumerera på
    bizi takip | abone ol | 关注我们 | 订阅 | 訂閱 | フォローする | 購読する | 팔로우 | 구독
    تابعنا | اشترك
    """.replace("\n", "|").split("|")
    if phrase.strip()
)
_AROUND = " \n:：|-–—•·*<>«»‹›→←.…,;!?\"'“”()[]#+"
_SENTENCE_END = re.compile(r"[.!?]\s")


class _Phrases:
    """Phrases of a list: the plain ones to look up, those with further words to match."""

    def __init__(self, phrases: str) -> None:
        found = {phrase.strip() for phrase in phrases.replace("\n", "|").split("|")} - {""}
        longer = sorted(phrase for phrase in found if "*" in phrase)
        self.plain = found - set(longer)
        self.first_words = frozenset(phrase.partition(" ")[0] for phrase in found)
        patterns = (re.escape(phrase).replace(r"\ \*", r"(?: \S+){0,3}") for phrase in longer)
        self.longer = re.compile("|".join(patterns))

    def have(self, words: str) -> bool:
        """Whether words as a whole are one of the phrases."""
        if len(words) > MAX_CUE or not _may_open(words, self.first_words):
            return False
        words = _plain(words).strip(_AROUND)
        return words in self.plain or self.longer.fullmatch(words) is not None


def _may_open(words: str, first_words: frozenset[str]) -> bool:
    """Whether the first word is a known one: a quick look, always true for words beyond ASCII."""
    opening = words[:MAX_OPENING].lower().lstrip(_AROUND)
    return not opening.isascii() or opening.partition(" ")[0].rstrip(_AROUND) in first_words


def _plain(words: str) -> str:
    words = words.lower()
    return words if words.isascii() else words.replace("’", "'").replace("i\u0307", "i")


_CUES = _Phrases(_MORE)
_LABELS = _Phrases(_MORE + _ALONE)
_CALL = re.compile("|".join(line.strip() for line in _CALLS.strip().splitlines()))
_CALL_WORDS = frozenset(
    "please follow like join find connect reach contact email e-mail write additional further "
    "reporting editing writing subscribe sign register".split()
) | {phrase.partition(" ")[0] for phrase in _FOREIGN_CALLS}


def is_cue(words: str) -> bool:
    """Whether words as a whole announce links to elsewhere: "Related:", "More from this town"."""
    return _CUES.have(words)


def is_label(words: str) -> bool:
    """Whether words as a whole are a cue or something to press: "Tags:", "Close", "Back to top"."""
    return _LABELS.have(words)


def may_be_label(words: str) -> bool:
    """Whether words begin like a label: a quick look that misses none."""
    return _may_open(words, _LABELS.first_words)


def is_call(words: str, place: int) -> bool:
    """Whether the sentence of ``words`` at ``place`` asks to follow or to subscribe."""
    start = 1 + max(
        words.rfind(". ", 0, place), words.rfind("! ", 0, place), words.rfind("? ", 0, place)
    )
    is_known = _may_open(words[start : start + MAX_OPENING], _CALL_WORDS)
    if not is_known and " follow " not in words and " be " not in words:
        return False
    end = _SENTENCE_END.search(words, place)
    sentence = _plain(words[start : end.start() if end else None]).lstrip(_AROUND)
    return sentence.startswith(_FOREIGN_CALLS) or _CALL.match(sentence) is not None
