"""Words that neither begin nor end a good anchor: articles, prepositions, pronouns and the like.

English, German, French, Spanish, Italian, Dutch, Portuguese, Polish and Swedish; a language that is
not here loses nothing but this filter.
"""

FUNCTION_WORDS = frozenset(
    """
    a an the this that these those some any each every no not and or but nor so yet if then than as
    at by for from in into of off on onto out over per to toward under up upon via with within
    without about above after again against all also am are be been before being below between both
    can could did do does doing down during few had has have having he her here hers him his how i
    is it its just let me more most my only our ours she should such their them there they through
    too until very was we were what when where which while who whom why will would you your yours

    der die das den dem des ein eine einer eines einem einen und oder aber doch wenn dann als am an
    auf aus bei bis durch für gegen im in ins mit nach nicht ohne seit über um unter von vom vor zu
    zum zur zwischen auch daß dass er es hat haben ich ihr ihre ist kann man mehr mein noch nur sein
    seine sich sie sind so sowie war was wer werden wie wir wird wo

    le la les l un une des du de d et ou mais donc or ni car que qui quoi dont où à au aux avec
    chez contre dans en entre par pas pour sans sous sur vers ce cet cette ces elle il ils elles est
    sont être je leur lui mon ne nos notre nous on plus sa se ses son ta te tu un vos votre vous

    el los las lo un una unos unas y e o u pero sino que quien cual cuyo donde cuando como con
    contra del desde durante en entre hacia hasta para por según sin sobre tras al ella ellos ese
    esta este es está están fue ha han la le les más me mi muy nos su sus también te tu ya yo

    il gli i uno una e ed o ma che chi cui dove come con da dal dalla del della dei delle degli di
    fra in nel nella per su sul sulla tra al alla ai è ha hanno ho io loro lui mi mio ne non più si
    sono sua suo ti un

    de het een en of maar want dat die deze dit wie wat waar wanneer hoe aan achter bij binnen
    boven door in met na naar naast om onder op over te tegen tot uit van voor zonder dan er hij
    hun ik is je kan maar meer mijn niet nog ook wordt worden wij ze zich zij zijn zo

    o os as um uma uns umas e ou mas que quem qual onde quando como com contra da das de do dos
    em entre na nas no nos para pela pelo por sem sob sobre ao aos à às ela ele eles é são está
    foi mais me meu muito não se seu sua também

    i a oraz lub albo ale że który która które kto co gdzie kiedy jak do dla na nad o od po pod
    przed przez przy u w we z za ze bez czy go ich jego jej jest się są ten ta to tej tego był
    być nie już może

    en ett den det de och eller men att som vem vad var när hur av bakom bland efter från för före
    genom hos i in inom med mellan mot om på till under upp ur utan vid över är har han hon jag man
    mer min inte också sig sin så vara vi
    """.split()
)
