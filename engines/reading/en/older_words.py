"""The words whose old pronunciation no rule of `older.py` gives: the common ones among them.

The CMU Pronouncing Dictionary is the work of Carnegie Mellon University.
"""

# (written today, written then): the last such phone of these words.
SWAPS = {
    ("IH0", "AH0"): """
        abbreviated abdicated abutted accommodated accosted accounted acquitted acted
        activated adapted addicted adjusted admitted adopted advocated affected affiliated
        afflicted aggravated aggregated agitated alienated alleviated alluded alternated
        amended analyst analysts anarchical animated anointed anticipated antiquated
        applauded appointed apprehended approximated aquarist arrested articulated artists
        ascended assassinated asserted assisted associated attempted attended attracted
        attributed augmented authenticated averted avoided awaited awarded backhanded
        biologist biologists blended booklets botanist calculated capitalist capitalists
        carbonated carded celebrated cemented churches circulated collaborated commanded
        committed concentrated confided connected consecrated conservationist
        conservationists contaminated corrugated counted crested culminated cultivated decay
        decorated demonstrated dentistry departed devastated devoted dictated discriminated
        diversity divided donated eclipses educated effected eliminated ethical evangelist
        executed exhausted exhibitionist exhibitionists experimental fascist fascists
        fatalities fatality feminist feminists finalists florist founded fumigation
        furnishes geneticists guitarist guitarists harvested haunted humanists identity
        incorporated indebted indicted inducted infected infested infinity inflated
        infuriated instituted institutionalist institutionalists intended interested
        intoxicated islets jorgensen loaded modernist modernists obrien office outmoded
        outvoted overextended oxygenated padded painted parted participated patented patted
        penetrated perfected perforated permitted persecuted persisted persuaded petted
        picket pitted pivoted planted plated pleaded plodded plotted pointed polluted polyp
        populated posited practically presented pretended printed proceeded promoted
        prompted promulgated propounded protected protested provided purists quieted quoted
        radiated rafted ranted rated reacted reasserted receded recited recommended recorded
        reelected reflect reflection regard regulated reminded rented repainted reported
        represent represents repudiated resented routed rusted salivated salted saluted
        saturated scolded scouted seated secreted seeded selected separated shifted shouted
        shredded sided sighted skidded slanted sounded speculated spirits splashes splendid
        spotted spouses spouted sprouted squirted stampeded started stated stimulated
        stranded submitted substituted succeeded suited superseded supplanted supported
        surrounded suspected suspended symbolizes talented tasted tempted tended terminated
        tested threaded thwarted tilted tolerated transit translated transported treated
        trotted tufted twisted uncontaminated unfolded uninterested united unleaded
        unlimited unloaded updated upgraded vacated valid validated vaulted vested visit
        visitation visitations visitor visitors visits voted waited wasted wedded wounded
        yielded
    """,
    ("IH2", "IH0"): """
        accountability axes corwin cumulatively decide decided decidedly decides deciduous
        erwin hypersensitivity imaginatively implantation inactivity inadmissible
        inadvisable inappropriately inarticulate inattention incapacitate incapacitated
        incapacitating incapacitation incapacity incarnations incivility incognito
        incoherence incoherent incoherently incompatible incomplete inconclusive incorrect
        incorrectly incrementally indecision indefensible indefinable indigest indirect
        indirectly indiscreet indiscriminate indistinct indistinguishable ineffective
        inefficiencies inefficiency inefficient inefficiently inexact inexcusable
        inexhaustible infotainment ingenuity inhumane inhumanity innuendo innuendoes
        innuendos inoffensive inorganic institutionalization insubordinate insubordination
        insufficient insupportable internationalist internee internees interrogatory
        intertwine intertwined interviewee interviewees intonation investigational
        irrefutable irregardless irregularities irreplaceable irrepressible irrespective
        irresponsibility irresponsible irresponsibly irretrievably irritability italiano
        modeling moralists multiculturalism multilateralism polymerase polynesia polynesian
        polyphonic predominantly staggering testicle testicles
    """,
    ("IY2", "IY0"): """
        andrea anti antonio apostrophe deinstitutionalize gianni herbarium idiot idiots
        immediacy immediate immediately insidious insignia libertarians librarian librarians
        libya libyan libyans maggie monotheism opiate opiates ovarian permeability permeable
        polyester polyesters polygram polygraphs polymorph polymorphic polymorphism
        polyurethane promethium pulaski radiance radiant realities reality reignite
        reignited reigniting reimpose reimposed reimposing reimposition reincarnation
        reincorporate reincorporating reincorporation reinspect reinspection reinspections
        reinstitute reinstituted reinstituting reintroduce reintroduced reintroduces
        reintroducing reintroduction reinvent reinvented reinventing reinvention
        reinvigoration reloadable reloaded reloads relocate relocated relocating relocation
        relocations serial serialize serialized slovakia takeuchi vegetarian vegetarians
    """,
    ("SH", "CH"): """
        chevy circumstantial circumstantially consequential credential credentialed
        differential differentials differentiated differentiating essentials exponential
        influential intervention interventionism interventionists interventions nonessential
        nonintervention potentials preferential preferentially presidential presidentially
        providential provincialism prudential quintessentially residential reverential
        sensual sensuous sequential sequentially substantial tangential tangentially
        torrential
    """,
    ("ER2", "ER0"): """
        administering amateurish amateurism amperage catamarans catcher catchers
        circumference curricular femoral liberal liberalism liberality liberalize
        liberalized liberalizing liberally liberals liberate liberated liberating liberation
        miniaturization ovaries ovary postdoctoral severance
    """,
    ("EH0", "IH0"): """
        epistemology essential essentially extort extorted extorting extortion extracting
        extraction extractions extraordinarily extrapolate extrapolated extrapolating
        extrapolation extravagance extravagant extravaganza extravaganzas extreme extremely
        extremes extremist extremists extremities extremity
    """,
    ("AH2", "AH0"): """
        additionally electrochemical homosexual inextricably kilometers natividad papa
        underdevelopment underemployment underfinance underfinanced underplay underplayed
        underpower underpowered underrate underrated underreport underreported
        underrepresent underserve underserved undersold understandings undid
    """,
    ("AA0", "AH0"): """
        africa alessandra batista carla casanova costa diphtheria diploma elena homologous
        intra libra nada nicola polka polkas roma sparta stadia tacoma tata topeka uganda
        vallarta
    """,
    ("OW2", "OW0"): """
        cilantro cisco dicaprio dimaggio giacomo inferno instituto masahiro masako nabisco
        nacho nachos orlando paulo postmodern postmortem scarecrow sotomayor talamo veto
        vetoed vetoes vetoing vetos
    """,
    ("EH2", "EH0"): """
        enjoin enjoined enjoining enjoy enjoyable enjoyed enjoying enjoyment enjoys enlarge
        enlarged enlighten enlightened enlightening enlightenment enlist enlisted
        experimentally sextet spacek teleconference unalienable vietnamese
    """,
    ("IY1", "IH1"): """
        ear hear hearer hearers hearing hearings hears hearsay here overhear overhearing
        rehear rehearing rehearings
    """,
    ("IH0", "IH2"): """
        enacts illiterates inexorable infestations intel interpolate interred interrogator
        interrogators invertebrate invisibles
    """,
    ("IY2", "IH0"): """
        erupting eruption eruptions erupts polygraph polyhedron polyhedrons polynomial
        polysaccharide polytheism
    """,
    ("AY2", "AY0"): """
        agonizingly dilate dilation institutionalize institutionalized institutionalizes
        institutionalizing ionic iota libration
    """,
    ("AA2", "AH0"): """
        curricula ishida sakura skoda sonia tatiana terra theobald wilhelmina
    """,
    ("OW2", "OW1"): """
        okay okayed okays overgrown overslept postnatal proactive proactively
    """,
    ("AH0", "IH0"): """
        absolutist characterizing characters dissidence dissident extricated personal
    """,
    ("AO2", "AO0"): """
        iditarod korea korean koreans pingpong tylenol
    """,
    ("AY0", "IY0"): """
        antibiotic antibiotics biosciences reapply
    """,
    ("UW2", "UW0"): """
        isuzu joshua tumultuous unenthusiastic
    """,
    ("AE2", "AE0"): """
        tattoo tattooed tattooing tattoos
    """,
    ("IH2", "AH0"): """
        anarchist anarchists deciding
    """,
    ("IY2", "IY1"): """
        cc cd cds
    """,
    ("IY1", "EH1"): """
        ethernet reading readings
    """,
    ("AA1", "EH1"): """
        marius sharia yarrow
    """,
    ("UW1", "UH1"): """
        poor poorer poorly
    """,
    ("ZH", "Z"): """
        proteges zhou zhu
    """,
    ("EY2", "EY0"): """
        accentuates atypical formalization
    """,
}

# Words that differ in more than one phone, whole.
WHOLE = """
    accentuated AE0 K S EH1 N CH AH0 W EY2 T IH0 D; accentuating AE0 K S EH1 N CH AH0 W EY2 T IH0
    NG; accreditations AH0 K R EH2 D AH0 D EY1 SH AH0 N Z; actuality AE2 K CH AH0 W AE1 L AH0 T IY0;
    actualize AE1 K CH AH0 W AH0 L AY2 Z; actually AE1 K CH AH0 W AH0 L IY0; actuarial AE2 K CH AH0
    W EH1 R IY0 AH0 L; actuaries AE1 K CH AH0 W EH2 R IY0 Z; actuary AE1 K CH AH0 W EH2 R IY0;
    actuate AE1 K CH UW0 W EY2 T; addendum AH0 D EH1 D AH0 M; addendums AH0 D EH1 D AH0 M Z;
    advertisement AH0 D V ER1 T AH0 Z M AH0 N T; aidan AA0 IY1 D AA0 N; ala EY1 L AH0; aladdin AH0 L
    AE1 D IH0 N; aleksandr AE2 L AH0 G Z AE1 N D ER0; allegheny AE1 L AH0 G EY2 N IY0; alluvium AH0
    L UW1 V IY0 AH0 M; alma AE1 L M AH0; almanac AO1 L M AH0 N AE2 K; amc AE1 M K; ameliorated AH0 M
    IY1 L IY0 ER0 EY2 T IH0 D; amphitheater AE1 M F AH0 TH IY2 AH0 T ER0; amphitheaters AE1 M F AH0
    TH IY2 AH0 T ER0 Z; amphitheatre AE1 M P AH0 TH IY2 AH0 T ER0; and AE1 N D; angiogram AE1 N JH
    IY0 OW0 G R AE0 M; angioplasty AE1 N JH IY0 AH0 P L AE2 S T IY0; antiaircraft AE2 N T AY0 EH1 R
    K R AE2 F T; arabia ER0 EY1 B IY0 AH0; arabian ER0 EY1 B IY0 AH0 N; arabians ER0 EY1 B IY0 AH0 N
    Z; arable EH1 R AH0 B AH0 L; arachnid ER0 AE1 K N AH0 D; athleticism AE0 TH L EH1 T IH0 S IH2 Z
    M; atoll AE1 T AA0 L; ave AE1 V AH0 N UW0; baba B AA1 B AH0; backboard B AE1 K B AO2 D; barnard
    B AA1 R N ER0 R D; beautician B OW1 T IH2 SH AH0 N; bing B R AY1 B IH0 NG; bioscience B AY2 OW0
    S IY1 AH0 N S; brouhaha B R UW1 HH AA0 HH AA0; campsite K AE1 M P S AY2 T S; cataract K AE1 T
    ER0 AE0 K T S; centrifugal S EH0 N T R IH1 F Y IH0 G AH0 L; challenged CH AE1 L AH0 JH D;
    chameleon CH AH0 M EH1 L IY0 AH0 N; cherbourg SH EH1 R B AH0 R G; cheyenne SH AY0 AE1 N; chez CH
    EH1 Z; christophe K R IH0 S T R AO1 F; cia S IY1 AH0; cleanness K L IY1 N N IH0 S; cogitate K
    AA2 JH IH0 T EY2 T; colossally K AH0 L AA1 S AH0 L IY2; commensurately K AH0 M EH1 N SH ER0 AH0
    T L IY0; complexion K AH0 M P EH1 K SH AH0 N; complexions K AH0 M P EH1 K SH AH0 N Z;
    comptroller K AH0 N T R OW1 L ER0; conduct K AH0 N D AH1 K T; copenhagen K OW2 P AH0 N HH EY1 G
    AH0 N; cortes K AO1 R T S; covertly K AH1 V ER0 T L IY0; crucially K R UW1 SH AH0 L L IY0;
    cucumbers K Y UW1 K AH0 M ER0 Z; decaying D AH0 K EY1 IH0 NG; depopulation D IH0 P AA2 P Y AH0 L
    EY1 SH AH0; des D EH1; detach D IH0 T AE1 CH; digests D AH0 JH EH1 S T S; dilated D AY0 L EY1 T
    AH0 D; disservice D IH0 S S ER1 V AH0 S; dissimilar D IH0 S S IH1 M AH0 L ER0; dissimilarity D
    IH0 S S IH2 M AH0 L AE1 R AH0 T IY0; douglass D AH1 G L AH0 S IH0 Z; dupre D AH1 P ER0; ebbed
    EH1 B D; electrophoresis IH0 L EH0 K T R OW0 F AO0 R IH2 S IH0 S; epidemiologist EH2 P AH0 D IY0
    M IY0 AA1 L AH0 JH IH0 S T; epidemiologists EH2 P AH0 D IY0 M IY0 AA1 L AH0 JH IH0 S T S;
    erupted IH0 R AH1 P T AH0 D; est AH0 S T EY1 T; este EH1 S T; euphoric Y UW0 F AA1 R IH0 K;
    evasive IH0 V EY1 S IH0 V; existential EH2 K S IH0 S T EH1 N CH AH0 L; extract IH0 K S T R AE1 K
    T; extracted IH0 K S T R AE1 K T AH0 D; extracts IH0 K S T R AE1 K T S; extraordinary IH0 K S T
    R AO1 R D AH0 N EH2 R IY0; fourfold F AO1 R F OW1 L D; furnaces F ER1 N AH0 S AH0 Z; gabriela G
    AA0 B R IY0 EH1 L AH0; gabriella G AA0 B R IY0 EH1 L AH0; gdansk G AH0 D AE1 N S K; gen JH EH1 N
    ER0 AH0 L; gloucester G L AO1 S T ER0; godot G OW1 D AH0 T; grainger G R AA1 IH0 NG ER0; grandma
    G R AE1 M AA0; gubernatorial G UW0 B ER0 N AH0 T AO1 R IY0 AH0 L; her HH ER0; hezbollah HH EH0 Z
    B AA1 L AH0; hilfiger HH IH1 L F IH0 G ER0; homosexuality HH OW2 M OW0 S EH2 K SH AH0 W AE1 L
    AH0 T IY0; homosexuals HH OW2 M OW0 S EH1 K SH AH0 W AH0 L Z; idiosyncrasies IH0 D IY0 OW0 S IH1
    N K R AH0 S IY2 Z; idiosyncrasy IH0 D IY0 OW0 S IH1 N K R AH0 S IY2; idiosyncratic IH0 D IY0 OW0
    S IH0 N K R AE1 T IH0 K; immaculate IH0 M AE1 K Y UW0 L IH0 T S; impolite IH0 M P AH0 L AY2 T;
    impolitic IH0 M P AO1 L IH1 T IH2 K; inbreeding IH2 N B R IY1 D IH0 NG; incoordination IH0 N K
    OW1 AO1 R D AH0 N EY1 SH AH0 N; infiltrate IH0 N F IH1 L T R EY2 T; infiltrated IH0 N F IH1 L T
    R EY2 T IH0 D; initialing IH N IH1 SH AH0 L IH0 NG; inpatients IH0 N P EY2 SH AH0 N T S;
    insubstantial IH0 N S AH0 B S T AE1 N CH AH0 L; interlocked IH2 N T ER0 L AA1 K D; intermediary
    IH2 N T ER0 M IY1 D IY0 EH0 R IY0; interpolated IH2 T ER1 P AH0 L EY2 T IH0 D; into IH0 N T UW1;
    ionosphere AY0 Y AA1 N AH0 S F IY0 R; ionospheric AY0 AA2 N AH0 S F EH1 R IH0 K; ip IH1 P;
    ishikawa IH0 SH IY0 K AA1 W AH0; ivo AY1 V IY1 OW1; jacuzzi JH AH0 K Y UW1 Z IY0; jaeger Y EH1 G
    ER0; jagged JH AE1 G D; jumbotron JH AH1 M B OW0 T R AO0 N; knut N AH1 T; knutson K N UW1 T S
    AH0 N; koestler K OW1 S AH0 L ER0; kristen K R IH1 S AH0 N; kvetch K AH0 V EH1 CH; labour L EY1
    B AW2 R; laryngitis L EH2 R AH0 N JH AY1 T AH0 S; lesbianism L EH1 Z B IY0 AH0 N IH0 Z M;
    liberalization L IH2 B R AH0 L IH0 Z EY1 SH AH0 N; liberator L IH1 B ER0 EY0 T AH0 R; liberators
    L IH1 B ER0 EY0 T AH0 R Z; liberia L AY0 B IH1 R IY0 AH0; liberian L AY0 B IH1 R IY0 AH0 N;
    liberians L AY0 B IH1 R IY0 AH0 N Z; libertarian L IH2 B ER0 T EH1 R IY0 AH0 N; libraries L AY1
    B R EH2 R IY0 Z; library L AY1 B R EH2 R IY0; lived L AY1 V D; macedonian M AE2 S AH0 D OW1 N
    IY0 AH0 N; macedonians M AE2 S IH0 D OW1 N IY0 AH0 N Z; macpherson M AH0 K F IH1 R S AH0 N;
    marveled M AA1 R V AH0 L D; mcclintock M AH0 G L IH1 N T AA0 K; medlen M EH1 D AH0 L AH0 N; mei
    M AY1; mgm EH1 M G IY1 EH1 M; minicomputer M IH1 N IY0 K AH0 M P Y UW1 T ER0; minuet M IH2 N Y
    AH0 W EH1 T; mukherjee M AH0 K HH ER1 JH IY0; musgrave M AH1 S G R AH0 V; mutual M Y UW1 CH AH0
    W AH0 L; mutuality M Y UW2 CH AH0 W AE1 L IH0 T IY0; ngo G OW1; ngos G OW1 Z; nic EH1 N AY1 S
    IY1; nina N AY1 N AH0; nov N OW0 V EH1 M B ER0; nutshell N AH1 CH EH2 L; obliquely OW0 B L IY1 K
    L IY0; oceanfront OW2 SH AH0 N F R AH2 N T; oct AO0 K T OW1 B ER0; oedipus OW0 D IY1 P AH0 S;
    okeefe AA1 K IY0 F; oleary AA1 L ER0 IY0; omalley AA1 M AH0 L IY0; oshea AA1 SH IY0 AH0;
    osullivan AA0 S AH0 L IH1 V AH0 N; oversized OW1 V ER0 S AY1 Z D; paparazzi P AA0 P AA0 R AO1 Z
    IY0; pertinent P ER1 T AH0 N AH0 N T; poinsettia P OY0 N S EH1 T IY0 AH0; poinsettias P OY0 N S
    EH1 T IY0 AH0 Z; polyethylene P AA2 L IY0 EH1 TH AH0 L IY2 N; polyglot P AA1 L IY0 G L AA0 T;
    polypropylene P AA2 L IY0 P R OW1 P AH0 L IY2 N; polystyrene P AA2 L IH0 S T AY1 R IY2 N;
    posterior P AO2 S T IH1 R IY0 EH0 R; purportedly P ER0 P AO2 R T IH0 D L IY0; purports P ER1 P
    AO2 R T S; qui K W IY1; radioactivity R EY1 D IY0 OW0 AE0 K T IH1 V AH0 T IY0; realism R IY1 L
    IH0 Z AH0 M; realist R IY1 L IH0 S T; realists R IY1 L IH0 S T S; realize R IY1 L AY2 Z;
    realized R IY1 L AY2 Z D; realizing R IY1 L AY2 Z IH0 NG; redoubt R AH0 D AW1 T; redoubtable R
    AH0 D AW1 T AH0 B AH0 L; redound R IH0 D AW1 N D; reeducate R IY0 EH1 JH AH0 K EY2 T; reflected
    R AH0 F L EH1 K T AH0 D; reflecting R AH0 F L EH1 K T IH0 NG; refuges R EH1 F Y UW0 JH IH0 Z;
    regarded R AH0 G AA1 R D AH0 D; regarding R AH0 G AA1 R D IH0 NG; represented R EH2 P R AH0 Z
    EH1 N T AH0 D; rogier R OW1 G IY0 ER0; ruiz R UW0 W IY1 Z; rumour R UW2 M ER0; rumours R UW2 M
    ER0 Z; salinger S EY1 L IH0 NG ER0; se S AW2 TH IY1 S T; seething S IY1 TH IH0 NG; seine S EY1 N
    IY0; sensuality S EH2 N CH AH0 W AE1 L AH0 T IY0; sergio S ER1 JH IY0 OW0; sh EH1 S EY1 CH;
    sharpshooter SH AA1 R P SH UW2 T ER0; shrewsbury SH R UW1 Z B EH2 R IY0; sitar S IH1 T ER0;
    sodom S AA1 D AH0 M; solely S OW1 L L IY0; southampton S AW0 TH HH AE1 M P T AH0 N; spatula S P
    AE1 CH UH0 L AH0; spirited S P IH1 R AH0 T AH0 D; spiritual S P IH1 R IH0 CH AH0 W AH0 L;
    spiritualism S P IH1 R IH0 CH AH0 W AH0 L IH0 Z M; spiritualist S P IH1 R IH0 CH AH0 W AH0 L IH0
    S T; spiritualists S P IH1 R IH0 CH AH0 W AH0 L IH0 S T S; spirituality S P IH2 R IH0 CH AH0 W
    AE1 L AH0 T IY0; spiritually S P IH1 R IH0 CH AH0 W AH0 L IY0; spirituals S P IH1 R IH0 CH AH0 W
    AH0 L Z; suggest S AH0 G JH EH1 S T; suggested S AH0 G JH EH1 S T AH0 D; suggestible S AH0 G JH
    EH1 S T AH0 B AH0 L; suggesting S AH0 G JH EH1 S T IH0 NG; suggestion S AH0 G JH EH1 S CH AH0 N;
    suggestions S AH0 G JH EH1 S CH AH0 N Z; suggestive S AH0 G JH EH1 S T IH0 V; suggests S AH0 G
    JH EH1 S T S; superficially S UW1 P ER0 F IH2 SH AH0 L L IY0; supplemented S AH1 P L AH0 M EH2 N
    T AH0 D; sylvest S Y L V EY1 IH0 S T; tamil T AH0 M IH0 L; tatar T AE1 T ER0; tatars T AE1 T ER0
    Z; tatarstan T AA1 T ER0 S T AE2 N; tenn T EH2 N AH0 S IY1; textual T EH1 K S CH AH0 W AH0 L;
    thereof TH EH2 R AH1 V; thresholds TH R EH1 SH HH OW2 L D Z; tourniquet T ER0 N IH0 K IH0 T;
    tribalism T R AY1 B AH0 L IH0 Z M; trotsky T R AA1 T S K IY2; tryst T R AY1 S T; ul AH1 L;
    unanswerable AH2 N AE2 N S ER0 AH0 B AH0 L; uncomfortably AH0 N K AH1 M F T AH0 B L IY0;
    underinsure AH0 N D ER0 IH0 N SH AO2 R; underinsured AH0 N D ER0 IH0 N SH AO2 R D; unrehearsed
    AH0 N R IY0 HH ER1 S T; unusual AH0 N Y UW1 ZH AH0 W AH0 L; unusually AH0 N Y UW1 ZH AH0 W AH0 L
    IY0; urbanism ER1 B AH0 N IH0 Z M; usa Y UW1 EH1 S EY1; usaid Y UW1 EH1 S EY1 D; usair Y UW1 EH1
    S EH1 R; uss Y UW1 EH1 S EH1 S; valentin V AA0 L EY0 N T IY1 N; valentina V AE0 L IH0 N T IY1 N
    AH0; vegetarianism V EH2 JH AH0 T EH1 R IY0 AH0 N IH0 Z AH0 M; virago V IH1 R AH0 G OW0; visited
    V IH1 Z AH0 T AH0 D; visiting V IH1 Z AH0 T IH0 NG; vs V ER1 S AH0 Z; vuitton V UW1 T AH0 N;
    wanted W AA1 N T AH0 D; were W ER0; wonk W AA1 N K; wonks W AA1 N K S; workaholic W ER1 K AH0 HH
    AA1 L IH0 K; zydeco Z AY2 D EH1 K OW2
"""

# Words that are newer than the old edition: no rule may touch them.
NEWER = """
    agnostically beastly binaries chomsky concavity covaries daintily dubiously ducky
    dynamically enquiry epidemiologically epistemologies fusty impale impales impaling
    impersonates impinged impinging impious imposter impounding impounds impoverishing
    impregnate impregnates impregnating imprisons impugns inactivates inaudibly incarcerates
    inchoate incomprehensibly indifferently inductive inebriate inebriated inebriates
    inebriating inextricable infatuates inflexibly inhalers iniquity initialize initialized
    inline inoculates inquisitor inscribe inscribes inscribing insensible insipid insouciance
    insouciant instantiate instantiated instantiates instantiating instantiation insufficiency
    intangibly intelligibly interpolation interpolations intoxicates invariable irascibly
    ischemic laryngoscopy laterally lordly lubricity ludology maxillary milady mixology moiety
    nanotechnologies nanotechnology obloquy phenomenology phonology predominately
    psychopathology rhinoplasties rhinoplasty satiety selfies skulduggery solubility sophistry
    staggeringly stereotypically stochastically stogies taxonomies taxonomy teleology tomography
    trippy twinkly twitchy wallabies wallaby
"""
