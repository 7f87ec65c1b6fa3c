"""Words that say nothing about where a link leads, in the languages we know some for.

Own list; the idea of one is Lighthouse's audit of link texts. Lower case, without punctuation.
"""

from __future__ import annotations

GENERIC = frozenset(
    phrase.strip()
    for phrase in """
    click here | click | here | read more | more | learn more | see more | more info | details | go
    more information | more details | this | this page | this link | link | continue | start
    continue reading | view | view more | view details | full story | read on | find out more | page
    visit | visit website | website | download | open | source | read the article | see here | info
    right here | show more | discover more | get started | next | previous | back | home | read
    hier | hier klicken | klicken sie hier | mehr | mehr lesen | mehr erfahren | weiterlesen
    weiter | zum artikel
    mehr infos | mehr informationen | details anzeigen | diese seite | zurück | link
    ici | cliquez ici | en savoir plus | lire la suite | plus | suite | voir plus | plus d'infos
    plus d'informations | cette page | suivant | précédent | voir | lire plus | découvrir
    aquí | haga clic aquí | haz clic aquí | clic aquí | más | leer más | ver más | más información
    saber más | esta página | seguir leyendo | enlace | siguiente | anterior | volver
    qui | clicca qui | leggi tutto | leggi di più | scopri di più | di più | altro | continua | vai
    maggiori informazioni | questa pagina | approfondisci | avanti | indietro
    hier klikken | klik hier | lees meer | meer | meer informatie | meer info | lees verder | bekijk
    deze pagina | verder lezen | volgende | vorige | terug
    tutaj | kliknij tutaj | kliknij | więcej | czytaj więcej | czytaj dalej | zobacz więcej | dalej
    dowiedz się więcej | szczegóły | ta strona | następna | poprzednia
    aqui | clique aqui | saiba mais | leia mais | mais | ver mais | mais informações | esta página
    continue lendo | próximo | voltar | continuar a ler
    здесь | тут | нажмите здесь | подробнее | далее | читать далее | читать дальше | узнать больше
    ещё | еще | больше | ссылка | перейти | вперёд | назад
    här | klicka här | läs mer | mer | mer information | visa mer | fortsätt läsa | nästa
    buraya tıklayın | tıklayın | burada | buradan | devamı | devamını oku | daha fazla | ayrıntılar
    daha fazla bilgi | sonraki | önceki
    点击这里 | 点此 | 这里 | 更多 | 阅读更多 | 了解更多 | 查看更多 | 详情 | 查看详情
    點擊這裡 | 這裡
    更多資訊 | 閱讀更多 | 下一页 | 上一页
    こちら | ここ | ここをクリック | もっと見る | 続きを読む | 詳細 | 詳しくはこちら | 詳細はこちら
    もっと読む | 次へ | 前へ | 戻る
    여기 | 여기를 클릭 | 여기 클릭 | 더보기 | 더 보기 | 자세히 | 자세히 보기 | 계속 읽기
    다음 | 이전
    هنا | اضغط هنا | انقر هنا | المزيد | اقرأ المزيد | معرفة المزيد | التفاصيل | التالي | السابق
    """.replace("\n", "|").split("|")
    if phrase.strip()
)
