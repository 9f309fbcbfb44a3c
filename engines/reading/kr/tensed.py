"""Words whose sounds change where no letter tells: 결정 is 결쩡, 물고기 물꼬기, 십육 심뉵.

Standard Pronunciation §26 (ㄹ before ㄷ, ㅅ, ㅈ in words of Chinese origin), §28 (compounds), §29
(ㄴ between the parts of a compound), and §15 (the end of a part before a vowel). Which words these
are is a matter of their origin, so they are listed.
"""

from __future__ import annotations

import re

# The last syllable of each is tense.
_LAST_TENSE = """
    결석 출석 일정 실수 발생 결정 실제 철도 설득 필수 출장 설치 실시 결제 별도 설정 출시 발달
    활성 밀접 절대 열정
    물자 일상 일단 일등 일주 일대 일종 일생 일제 일조 칠십 팔십 결속 결성 결실 결심 결승 결산
    결재 결점 굴절 돌진
    멸종 몰수 몰두 밀수 밀도 밀실 발단 발동 발산 발성 발송 발신 발족 발주 벌점 별장 별세 불신 불순
    살생 설사 설전 술수 실상 실속 실신 실습 실장 실적 실종 실증 실질 실정 실직 알선 열대 열등
    열세 열전
    열중 월세 월동 월정 율동 일손 절단 절도 절실 절정 절제 절전 졸속 졸도 질적 질주 질서 찰상
    철저 철수
    철자 철조 철재 출산 출생 출신 출전 출제 출중 출자 출동 탈선 탈세 탈수 탈진 탈주 필사 필살
    필승 필적 할당
    할증 혈당 혈세 혈장 혈족 홀수 활주 활자 활동
    문법 헌법 민법 형법 상법 세법 화법 어법 수법 편법 필법 사건 조건 안건 용건 요건 성격 인격
    품격 인기
    물가 평가 대가 단가 원가 정가 시가 주가 유가 고가 저가 호가 진가 감가 분양가 한자 문자 글자
    점자 여권 인권 주권
    증권 이권 정권 채권 판권 상권 공권 대권 실권 전권 물권 장점 단점 관점 초점 요점 강점 내과
    외과 치과 안과 이과
    문과 공적 사적 물적 인적 양적 내적 외적 심적 전적 통증 갈증 염증 손가락 발가락
    술집 빵집 산길 밤길 눈길 들길 물길 봄비 보름달 눈빛 달빛 별빛 불빛 안방 건넌방 손등 발등 눈가
    창가 용돈 방값
    땅값 술값 쌀값 기름값 물값 비빔밥 산불 술병 물병 물집 손금 밤거리 볼거리 일거리 길거리
    먹을거리 이야깃거리
"""
# Those that lose their tense sound at another place, written out.
_WRITTEN = """
    손가락:손까락 발가락:발까락 물고기:물꼬기 길거리:길꺼리 밤거리:밤꺼리 볼거리:볼꺼리
    일거리:일꺼리
    먹을거리:머글꺼리 손바닥:손빠닥 눈사람:눈싸람 말버릇:말뻐릇 땀방울:땀빵울 강바람:강빠람
    봄바람:봄빠람
    일자리:일짜리 일주일:일쭈일 열심히:열씸히 열쇠:열쐬 발자국:발짜국 물소리:물쏘리 말소리:말쏘리
    줄넘기:줄럼끼
    칼자루:칼짜루 아랫사람:아래싸람
    알약:알략 한여름:한녀름 늦여름:는녀름 두통약:두통냑 뒷일:뒨닐 훗일:훈닐 집안일:지반닐
    밭일:반닐 앞일:암닐
    옛일:옌닐 볼일:볼릴 신여성:신녀성 학여울:항녀울 열여섯:열려섣 열여덟:열려덜 스물여덟:스물려덜
    서른여덟:서른녀덜 마흔여섯:마흔녀섣 마흔여덟:마흔녀덜 쉰여섯:쉰녀섣 쉰여덟:쉰녀덜
    예순여섯:예순녀섣
    예순여덟:예순녀덜 일흔여섯:일흔녀섣 일흔여덟:일흔녀덜 여든여섯:여든녀섣 여든여덟:여든녀덜
    아흔여섯:아흔녀섣 아흔여덟:아흔녀덜
    십육:심뉵 백육:뱅뉵
    첫인상:처딘상 첫아이:처다이 첫아들:처다들 맛없:마덦 멋없:머덦 겉옷:거돋 웃옷:우돋 웃어른:우더른
    헛웃음:허두슴 값없:가벖 넋없:너겂 못알아:모다라 못왔:모돧
"""
_FIRST, _VOWELS = 0xAC00, 588
_TENSED = {0: 1, 3: 4, 7: 8, 9: 10, 12: 13}  # ㄱ ㄷ ㅂ ㅅ ㅈ, by their places among the onsets


def tense(syllable: str) -> str:
    """'정' -> '쩡'."""
    onset, rest = divmod(ord(syllable) - _FIRST, _VOWELS)
    return chr(_FIRST + _TENSED.get(onset, onset) * _VOWELS + rest)


WORDS = {word: word[:-1] + tense(word[-1]) for word in _LAST_TENSE.split()} | dict(
    entry.split(":") for entry in _WRITTEN.split()
)
_NUMBERS = ("십육", "백육")
# Within a longer word of other parts they are none: 역사건물 holds no 사건.
_NOT_BEFORE = {
    "사건": "물", "조건": "물", "이과": "정", "사적": "인", "고가": "도", "시가": "지",
    "정가": "운", "대가": "족|야", "인기": "업|척", "일단": "락", "일대": "기|일", "일주": "문",
    "안방": "향|법", "전적": "지",
}  # fmt: skip
_PARTS = [
    rf"{word}(?!{_NOT_BEFORE[word]})" if _NOT_BEFORE.get(word) else word
    for word in sorted(WORDS, key=len, reverse=True)
]
_ANYWHERE = "|".join(_PARTS)
_LISTED = re.compile(rf"(?<![가-힣])(?:{_ANYWHERE})|(?:{'|'.join(_NUMBERS)})")


def tensed(word: str) -> str:
    """The word as it sounds where it begins with one of these; numbers wherever they stand."""
    return _LISTED.sub(lambda found: WORDS[found[0]], word)
