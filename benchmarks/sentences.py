"""Sentences of our own that benchmarks have spoken, six in each language."""

SENTENCES = {
    "EN": (
        "The harbour was quiet before dawn, and a single lamp burned on the long stone pier.",
        "She asked whether the train to the north would still leave at eleven.",
        "We measured the temperature twice, because nobody believed the first result.",
        "Please leave your coat in the hall and follow the signs to the third floor.",
        "The old clock in the kitchen has been five minutes slow for as long as I remember.",
        "Every autumn the river rises, and the children watch it from the bridge.",
    ),
    "ES": (
        "El puerto estaba en silencio antes del amanecer, y una sola lámpara ardía en el muelle.",
        "Ella preguntó si el tren del norte saldría todavía a las once.",
        "Medimos la temperatura dos veces, porque nadie creyó el primer resultado.",
        "Deje su abrigo en la entrada y siga las señales hasta el tercer piso.",
        "El viejo reloj de la cocina se atrasa cinco minutos desde que tengo memoria.",
        "Cada otoño sube el río, y los niños lo miran desde el puente.",
    ),
    "FR": (
        "Le port était calme avant l'aube, et une seule lampe brûlait sur la longue jetée.",
        "Elle a demandé si le train du nord partirait encore à onze heures.",
        "Nous avons mesuré la température deux fois, car personne ne croyait le premier résultat.",
        "Laissez votre manteau dans l'entrée et suivez les panneaux jusqu'au troisième étage.",
        "La vieille horloge de la cuisine retarde de cinq minutes depuis toujours.",
        "Chaque automne la rivière monte, et les enfants la regardent du pont.",
    ),
    "ZH": (
        "天亮之前港口很安静，长长的石头码头上只亮着一盏灯。",
        "她问往北方的火车十一点还会不会开。",
        "我们把温度量了两次，因为没有人相信第一次的结果。",
        "请把外套放在大厅里，跟着指示牌走到三楼。",
        "从我记事起，厨房里的旧钟就一直慢五分钟。",
        "每年秋天河水都会上涨，孩子们站在桥上看。",
    ),
    "JP": (
        "夜明け前の港は静かで、長い石の桟橋に明かりが一つだけともっていた。",
        "北へ行く電車はまだ十一時に出るのかと彼女は尋ねた。",
        "最初の結果を誰も信じなかったので、温度を二回測りました。",
        "上着は玄関に置いて、案内に従って三階までお上がりください。",
        "台所の古い時計は、私が覚えている限りずっと五分遅れている。",
        "毎年秋になると川の水が増え、子どもたちは橋の上からそれを眺める。",
    ),
    "KR": (
        "동이 트기 전 항구는 조용했고, 긴 돌 부두에 등불 하나만 켜져 있었다.",
        "그녀는 북쪽으로 가는 기차가 아직 열한 시에 떠나는지 물었다.",
        "아무도 첫 번째 결과를 믿지 않아서 우리는 온도를 두 번 쟀다.",
        "외투는 현관에 두고 표지판을 따라 삼 층으로 올라가세요.",
        "부엌의 낡은 시계는 내가 기억하는 한 늘 오 분 늦는다.",
        "해마다 가을이면 강물이 불어나고, 아이들은 다리 위에서 그것을 바라본다.",
    ),
}
